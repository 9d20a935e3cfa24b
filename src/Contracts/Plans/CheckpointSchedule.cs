namespace Mnist.Distributed.Contracts.Plans;

/// <summary>
/// Decides the steps of the checkpoints: the multiples of the interval, and the end of each epoch.
/// </summary>
public static class CheckpointSchedule
{
    /// <summary>The step of the next checkpoint.</summary>
    /// <param name="plan">The run's plan.</param>
    /// <param name="options">The options, with the interval.</param>
    /// <param name="epochs">Number of epochs that are trained and evaluated.</param>
    /// <param name="step">
    /// The step of the previous checkpoint, counted from the start of the run.
    /// </param>
    /// <returns>
    /// A step, counted from the start of the run; the end of the run when all epochs are done.
    /// </returns>
    public static long After(TrainingPlan plan, RunOptions options, int epochs, long step)
    {
        var end = (long)plan.StepsPerEpoch * Math.Min(epochs + 1, plan.Epochs);
        return options.CheckpointEvery > 0 ? Math.Min(end, ((step / options.CheckpointEvery) + 1) * options.CheckpointEvery) : end;
    }
}

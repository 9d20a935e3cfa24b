namespace Mnist.Distributed.Contracts.Plans;

/// <summary>Where a run is made durable: at multiples of the interval and at the end of each epoch.</summary>
public static class CheckpointSchedule
{
    /// <summary>The next checkpoint.</summary>
    /// <param name="plan">The run's plan.</param>
    /// <param name="options">The interval.</param>
    /// <param name="epochs">Epochs that are trained and evaluated.</param>
    /// <param name="step">The step of the checkpoint before.</param>
    /// <returns>A step; the end of the run when all epochs are done.</returns>
    public static long After(TrainingPlan plan, RunOptions options, int epochs, long step)
    {
        var end = (long)plan.StepsPerEpoch * Math.Min(epochs + 1, plan.Epochs);
        return options.CheckpointEvery > 0 ? Math.Min(end, ((step / options.CheckpointEvery) + 1) * options.CheckpointEvery) : end;
    }
}

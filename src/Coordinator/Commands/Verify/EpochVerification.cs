using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Evaluation;

namespace Mnist.Distributed.Coordinator.Commands.Verify;

/// <summary>
/// Compares the recorded test results of a run with recomputed ones, and repeats the decision after
/// which epoch the run is over.
/// </summary>
/// <param name="run">The description of the run; it has a plan.</param>
internal sealed class EpochVerification(RunDescription run)
{
    private readonly TrainingPlan _plan = run.Plan!;
    private readonly double[] _metrics = [.. run.Epochs.Select(epoch => epoch.TestMetric)];
    private readonly List<EpochComparison> _compared = [];

    /// <summary>
    /// Whether the test results decide the result of a run: when it is over, or which weights it
    /// keeps.
    /// </summary>
    public static bool IsNeeded(TrainingPlan plan, RunOptions options) => EarlyStopping.IsIn(plan) || options.Keep == KeptEpoch.Best;

    /// <summary>The epochs that were compared, in their order.</summary>
    public IReadOnlyList<EpochComparison> Compared => _compared;

    /// <summary>
    /// The decision by the metrics: the recomputed ones, and the recorded ones of the epochs that
    /// were not recomputed.
    /// </summary>
    public StopDecision Decision => EarlyStopping.After(_plan, _metrics);

    /// <summary>
    /// What is wrong with the end of the run, as a sentence; null when it ended as its plan says,
    /// or has not ended.
    /// </summary>
    public string? WrongEnd
    {
        get
        {
            var (demanded, done) = (Decision.LastEpoch, run.Epochs.Count);
            return demanded < done ? $"The plan ends the run after epoch {demanded}, but the record has {done} epochs."
                : run.Status == RunStatus.Completed && demanded is null ? $"The run is recorded as completed after epoch {done}, but its plan does not end it there."
                : null;
        }
    }

    /// <summary>
    /// Compares the results of a recorded epoch with recomputed ones. Steps that end no recorded
    /// epoch are passed over.
    /// </summary>
    /// <param name="step">The step of the recomputed state.</param>
    /// <param name="evaluate">Evaluates that state: the totals of each test batch, in order.</param>
    public void Compare(long step, Func<IReadOnlyList<StepTotals>> evaluate)
    {
        var (epoch, rest) = Math.DivRem(step, _plan.StepsPerEpoch);
        if (rest != 0 || epoch < 1 || epoch > _metrics.Length)
        {
            return;
        }

        var (recorded, test) = (run.Epochs[(int)epoch - 1], new TestTotals(evaluate()));
        _compared.Add(new EpochComparison((int)epoch, recorded.TestMetric, test.Metric, recorded.TestLoss, test.Loss));
        _metrics[epoch - 1] = test.Metric;
    }
}

/// <summary>The test results of an epoch, recorded and recomputed.</summary>
/// <param name="Epoch">The 1-based epoch.</param>
/// <param name="RecordedMetric">The metric in the record.</param>
/// <param name="Metric">The recomputed metric.</param>
/// <param name="RecordedLoss">The loss in the record.</param>
/// <param name="Loss">The recomputed loss.</param>
internal sealed record EpochComparison(int Epoch, double RecordedMetric, double Metric, double RecordedLoss, double Loss)
{
    /// <summary>Whether the results have the same bits.</summary>
    public bool Agrees => RecordedMetric.Equals(Metric) && RecordedLoss.Equals(Loss);
}

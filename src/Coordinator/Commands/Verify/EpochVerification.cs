using System.Runtime.InteropServices;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Training;
using Mnist.Distributed.Training.Evaluation;
using Mnist.Distributed.Training.Weights;

namespace Mnist.Distributed.Coordinator.Commands.Verify;

/// <summary>
/// Compares the recorded test results of a run with recomputed ones, and repeats the decision after
/// which epoch the run is over.
/// </summary>
/// <param name="run">The description of the run; it has a plan.</param>
/// <param name="kept">The weights that are the result of the run; null if there are none.</param>
internal sealed class EpochVerification(RunDescription run, RunWeights? kept)
{
    private readonly TrainingPlan _plan = run.Plan!;
    private readonly double[] _metrics = [.. run.Epochs.Select(epoch => epoch.TestMetric)];
    private readonly List<EpochComparison> _compared = [];
    private bool _otherWeights;

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
    /// What is wrong with the weights that the run keeps as its best ones, as a sentence; null when
    /// they are right, or when it keeps the last ones.
    /// </summary>
    public string? WrongWeights
    {
        get
        {
            var best = BestEpoch.Of(_plan.Metric, _metrics);
            return kept is not { IsBest: true } ? null
                : kept.Epoch != best ? $"The run keeps the weights of epoch {kept.Epoch}, but epoch {best} is the best one."
                : _otherWeights ? $"The weights of epoch {best} that the run keeps are not those of the plain trainer."
                : null;
        }
    }

    /// <summary>
    /// Compares the results of a recorded epoch with recomputed ones, and its weights if they are
    /// kept. A trainer at a step that ends no recorded epoch is passed over.
    /// </summary>
    /// <param name="trainer">The trainer that recomputes the run.</param>
    public void Compare(PlainTrainer trainer)
    {
        var (epoch, rest) = Math.DivRem(trainer.State.Step, _plan.StepsPerEpoch);
        if (rest != 0 || epoch < 1 || epoch > _metrics.Length)
        {
            return;
        }

        var (recorded, test) = (run.Epochs[(int)epoch - 1], new TestTotals(trainer.Evaluate()));
        _compared.Add(new EpochComparison((int)epoch, recorded.TestMetric, test.Metric, recorded.TestLoss, test.Loss));
        _metrics[epoch - 1] = test.Metric;
        if (kept is { IsBest: true } && kept.Epoch == epoch)
        {
            var computed = ExportedWeights.Of(trainer.State.Snapshot());
            _otherWeights = !MemoryMarshal.AsBytes(computed.Parameters.Span).SequenceEqual(MemoryMarshal.AsBytes(kept.State.Parameters.Span));
        }
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

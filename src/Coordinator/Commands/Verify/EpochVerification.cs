using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Training;
using Mnist.Distributed.Training.Weights;

namespace Mnist.Distributed.Coordinator.Commands.Verify;

/// <summary>
/// Compares the recorded results of each epoch with recomputed ones, and repeats the decision after
/// which epoch the run is over.
/// </summary>
/// <param name="run">The description of the run; it has a plan.</param>
/// <param name="kept">
/// The weights that are the result of the run; null if there are none. They may be newer than the
/// description.
/// </param>
internal sealed class EpochVerification(RunDescription run, RunWeights? kept)
{
    private readonly TrainingPlan _plan = run.Plan!;
    private readonly double[] _metrics = [.. run.Epochs.Select(epoch => epoch.TestMetric)];
    private readonly List<EpochComparison> _compared = [];
    private bool? _sameWeights;

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
            var end = (long)done * _plan.StepsPerEpoch;
            return demanded < done ? $"The plan ends the run after epoch {demanded}, but the record has {done} epochs."
                : run.Step < end ? $"The record has {done} epochs, which end at step {end}, but its newest checkpoint is at step {run.Step}."
                : run.Status != RunStatus.Completed ? null
                : demanded is null ? $"The run is recorded as completed after epoch {done}, but its plan does not end it there."
                : run.Step > end ? $"The run is recorded as completed after epoch {done}, at step {end}, but its newest checkpoint is at step {run.Step}."
                : null;
        }
    }

    /// <summary>
    /// What is wrong with the weights that are the result of the run, as a sentence; null when they
    /// are right, or when they are those of the newest checkpoint.
    /// </summary>
    public string? WrongWeights
    {
        get
        {
            if (run.Options.Keep != KeptEpoch.Best)
            {
                return kept is { IsBest: true } ? $"The run keeps its last weights, but its result is epoch {kept.Epoch}." : null;
            }

            if (_metrics.Length == 0 || (run.Status == RunStatus.Running && kept?.Epoch > _metrics.Length))
            {
                return null;
            }

            var best = BestEpoch.Of(_plan.Metric, _metrics);
            return kept is not { IsBest: true } ? $"The run keeps its best weights, but has not those of epoch {best}, the best one."
                : kept.Epoch != best ? $"The run keeps the weights of epoch {kept.Epoch}, but epoch {best} is the best one."
                : _sameWeights is false ? $"The weights of epoch {best} that the run keeps are not those of the plain trainer."
                : null;
        }
    }

    /// <summary>What was not compared, as a sentence; null if everything was.</summary>
    public string? NotCompared => run.Options.Keep == KeptEpoch.Best && kept is { IsBest: true } && _sameWeights is null
        ? $"The weights of epoch {kept.Epoch} that the run keeps were not compared: their epoch does not end within these steps."
        : null;

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

        var (recorded, computed) = (run.Epochs[(int)epoch - 1], EpochResults.Of(trainer));
        _compared.Add(new EpochComparison((int)epoch, recorded.Epoch, EpochResults.Of(recorded), computed));
        _metrics[epoch - 1] = computed.TestMetric;
        if (kept is { IsBest: true } && kept.Epoch == epoch)
        {
            _sameWeights = AreSame(kept.State, ExportedWeights.Of(trainer.State.Snapshot()));
        }
    }

    private static bool AreSame(TrainingState left, TrainingState right) =>
        (left.Step, left.BatchesTracked) == (right.Step, right.BatchesTracked)
        && left.Parameters.HasBytesOf(right.Parameters);
}

/// <summary>The results of an epoch, recorded and recomputed.</summary>
/// <param name="Epoch">The 1-based epoch.</param>
/// <param name="RecordedEpoch">The number of the epoch in the record.</param>
/// <param name="Recorded">The results in the record.</param>
/// <param name="Computed">The recomputed results.</param>
internal sealed record EpochComparison(int Epoch, int RecordedEpoch, EpochResults Recorded, EpochResults Computed)
{
    /// <summary>Whether number and results are the same.</summary>
    public bool Agrees => Epoch == RecordedEpoch && Recorded == Computed;
}

using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Weights;

namespace Mnist.Distributed.Grains.Runs;

/// <summary>Chooses the weights that are the result of a run.</summary>
public static class KeptWeights
{
    /// <summary>The best weights after an epoch has been added to the record.</summary>
    /// <param name="record">The record, with the metrics of the epoch.</param>
    /// <param name="state">The state at the end of the epoch.</param>
    /// <returns>
    /// The new weights if no epoch before is as good, else those in the record; null if the run
    /// keeps the last ones.
    /// </returns>
    public static RunWeights? Best(RunRecord record, TrainingState state)
    {
        var epoch = record.Epochs.Count;
        return record.Options.Keep == KeptEpoch.Best && BestEpoch.Of(record.Plan!.Metric, record.TestMetrics) == epoch
            ? new RunWeights(ExportedWeights.Of(state), epoch, IsBest: true)
            : record.Best;
    }

    /// <summary>
    /// The weights that are the result: the best ones, or those of the checkpoint.
    /// </summary>
    /// <returns>Null if there is no checkpoint yet.</returns>
    public static RunWeights? Of(RunRecord record)
    {
        if (record.Best is { } best)
        {
            return best;
        }

        if (record.Checkpoint is not { } last)
        {
            return null;
        }

        var (epochs, steps) = Math.DivRem(last.Step, record.Plan!.StepsPerEpoch);
        return new RunWeights(ExportedWeights.Of(last), steps == 0 && epochs > 0 ? (int)epochs : null, IsBest: false);
    }
}

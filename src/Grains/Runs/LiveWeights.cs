using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Grains.Cluster;
using Mnist.Distributed.Grains.ParameterServers;
using Mnist.Distributed.Training.Weights;

namespace Mnist.Distributed.Grains.Runs;

/// <summary>The weights of a run at this moment, from any silo that has them.</summary>
internal static class LiveWeights
{
    /// <summary>How long the replica of one silo is waited for.</summary>
    private static readonly TimeSpan PeekTimeout = TimeSpan.FromSeconds(2);

    /// <summary>The newest weights; those of the record if no silo has newer ones.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="record">Its record.</param>
    /// <param name="view">The silo that asks, with its view of the cluster.</param>
    public static async Task<RunWeights?> Of(string runId, RunRecord record, SiloView view)
    {
        IEnumerable<SiloAddress> holders = record.Status == RunStatus.Running ? view.Roster.Active.OrderByDescending(view.Address.Equals) : [];
        foreach (var other in holders)
        {
            var held = await Outcome.Of(view.Roster.On(other).Peek(runId), PeekTimeout, view.Time);
            if (held.Value is { } state && state.Step >= record.Step)
            {
                return new RunWeights(ExportedWeights.Of(state), null, IsBest: false);
            }
        }

        return KeptWeights.Of(record);
    }
}

using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Cluster;
using Mnist.Distributed.Grains.Replicas.Slices;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// Gathers the sum of the gradients of a step in slices. Each slice is summed and passed on along
/// its own tree of silos, so the load of a silo does not grow with the cluster. If a step in slices
/// fails, the parameter server asks the participants one by one for whole vectors. This finds the
/// stragglers and gives the same bits. After a failure, slices are not used for a while.
/// </summary>
/// <param name="options">
/// Slices and fan-out. With fewer than two slices, this class is not used.
/// </param>
/// <param name="participants">The participants.</param>
/// <param name="stragglers">Decides how long a step may take, with or without slices.</param>
/// <param name="pauses">The pauses after failures.</param>
/// <param name="silo">The silo of the parameter server.</param>
/// <param name="log">Receives an incident for every failure.</param>
public sealed class SliceGathering(
    RunOptions options,
    Participants participants,
    StragglerTimeout stragglers,
    SlicePauseOptions pauses,
    SiloView silo,
    IIncidentLog log)
{
    private readonly TimeProvider _time = silo.Time;
    private readonly GrowingPause _pause = new(pauses.First, pauses.Longest);
    private int _failures;
    private long _failedAt;

    /// <summary>Whether the next step must be tried in slices.</summary>
    public bool IsUsable =>
        options.Slices > 1
        && participants.Available.Count > 1
        && _time.GetElapsedTime(_failedAt) >= _pause.After(_failures);

    /// <summary>Gathers all slices of a sum.</summary>
    /// <param name="work">The step. The method divides its update into slices.</param>
    /// <returns>
    /// The answers in the order of the slices; null when the step in slices has failed.
    /// </returns>
    public async Task<IReadOnlyList<SliceReply>?> Gather(StepWork work)
    {
        var (whole, workers) = (work.InSlices, work.Items);
        var available = participants.Available;
        var slices = Math.Min(options.Slices, available.Count);
        SiloShare[] silos = [.. available.Select((participant, i) => ShareOf(participant, Division.Block(workers, i, available.Count)))];
        var timeout = stragglers.Next();
        var start = _time.GetTimestamp();
        var calls = Enumerable.Range(0, slices).Select(slice =>
        {
            var root = FanOutTree.RootOf(silos, slice, slices);
            var request = whole with { Update = Cut(whole.Update, slice, slices), Slice = slice, Slices = slices, Silos = silos, FanOut = options.FanOut };
            return work.Ask(available.First(participant => participant.Silo.Equals(root)), request);
        }).ToArray();
        var outcome = await Outcome.Of(Task.WhenAll(calls), timeout.Limit, _time);
        var failure = outcome.IsLate ? $"it has taken longer than {timeout.Limit.TotalMilliseconds:F0} ms: {timeout.Reason}"
            : outcome.Reason ?? (Array.TrueForAll(outcome.Value!, reply => IsWhole(reply, workers)) ? null : "a replica was at another step");
        if (failure is null)
        {
            _failures = 0;
            stragglers.Record(_time.GetElapsedTime(start));
            return outcome.Value;
        }

        _failures++;
        _failedAt = _time.GetTimestamp();
        var seconds = _pause.After(_failures).TotalSeconds;
        log.Note(IncidentKind.Unsliced, silo.Name, $"a step in {slices} slices has failed and every silo is asked directly for {seconds:F0} s: {failure}");
        return null;
    }

    private static StepUpdate? Cut(StepUpdate? update, int slice, int slices) => update is null ? null : update with
    {
        Gradient = update.Gradient.Slice(VectorSlice.Of(update.Gradient.Length, slice, slices)),
        Record = slice == 0 ? update.Record : null,
    };

    private static bool IsWhole(SliceReply reply, int workers) =>
        reply is { Status: ReplyStatus.Done, Nodes: [{ FirstWorker: 0 } all] } && all.EndWorker == workers;

    private static SiloShare ShareOf(Participant participant, (int First, int End) block) => new(participant.Silo, block.First, block.End);
}

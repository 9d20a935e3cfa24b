using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Cluster;
using Mnist.Distributed.Grains.Replicas.Slices;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// Gets the sum of a step's gradients in slices. Each slice is passed on and added up along its own
/// tree of silos, so that no silo carries more as the cluster grows. Slices may fail as a whole.
/// Then the participants are asked one by one, with whole vectors, as if slices had not been tried;
/// that way finds the stragglers and gives the same bits. After a failure slices are not tried for
/// a while.
/// </summary>
/// <param name="options">Slices and fan-out; with fewer than two slices there is no short
/// cut.</param>
/// <param name="participants">The participants.</param>
/// <param name="stragglers">How long a step may take, whichever way it is taken.</param>
/// <param name="pauses">When slices are tried again after a failure.</param>
/// <param name="silo">The parameter server's silo.</param>
/// <param name="log">Told of failures.</param>
public sealed class SliceGathering(
    RunOptions options,
    Participants participants,
    StragglerTimeout stragglers,
    SlicePauseOptions pauses,
    SiloView silo,
    IIncidentLog log)
{
    private readonly TimeProvider _time = silo.Time;
    private TimeSpan _pause = TimeSpan.Zero;
    private long _failedAt;

    /// <summary>Whether the next step is to be tried in slices.</summary>
    public bool IsUsable =>
        options.Slices > 1
        && participants.Available.Count > 1
        && (_pause == TimeSpan.Zero || _time.GetElapsedTime(_failedAt) >= _pause);

    /// <summary>Gets all slices of a sum.</summary>
    /// <param name="whole">What is to be done, with the whole update.</param>
    /// <param name="workers">Workers of the run.</param>
    /// <returns>The answers in the order of the slices, or null.</returns>
    public async Task<IReadOnlyList<SliceReply>?> Gather(SliceRequest whole, int workers)
    {
        var available = participants.Available;
        var slices = Math.Min(options.Slices, available.Count);
        SiloShare[] silos = [.. available.Select((participant, i) => ShareOf(participant, Division.Block(workers, i, available.Count)))];
        var timeout = stragglers.Next();
        var start = _time.GetTimestamp();
        var calls = Enumerable.Range(0, slices).Select(slice =>
        {
            var root = FanOutTree.RootOf(silos, slice, slices);
            var request = whole with { Update = Cut(whole.Update, slice, slices), Slice = slice, Slices = slices, Silos = silos, FanOut = options.FanOut };
            return available.First(participant => participant.Silo.Equals(root)).Replica.SumSlice(request);
        }).ToArray();
        var outcome = await Outcome.Of(Task.WhenAll(calls), timeout.Limit, _time);
        var failure = outcome.IsLate ? $"it has taken longer than {timeout.Limit.TotalMilliseconds:F0} ms: {timeout.Reason}"
            : outcome.Reason ?? (Array.TrueForAll(outcome.Value!, reply => IsWhole(reply, workers)) ? null : "a replica was at another step");
        if (failure is null)
        {
            _pause = TimeSpan.Zero;
            stragglers.Record(_time.GetElapsedTime(start));
            return outcome.Value;
        }

        _pause = _pause == TimeSpan.Zero ? pauses.First : TimeSpan.FromTicks(Math.Min(2 * _pause.Ticks, pauses.Longest.Ticks));
        _failedAt = _time.GetTimestamp();
        log.Note(IncidentKind.Unsliced, silo.Name, $"a step in {slices} slices has failed and every silo is asked directly for {_pause.TotalSeconds:F0} s: {failure}");
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

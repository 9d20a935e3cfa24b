using CsCheck;

using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Grains.Runs;

using Xunit;

namespace Mnist.Distributed.Tests.Grains.Runs;

public sealed class RunWatchProperties
{
    /// <summary>
    /// A history, and the events for a watcher who looks at some of its moments and at the last
    /// one.
    /// </summary>
    private static readonly Gen<(RunHistory History, RunEvent[] Seen)> Watched =
        from history in RunHistory.Any
        from looks in Gen.Int[0, 3].Array[history.Moments.Count]
        select (history, Watch(history, looks));

    [Fact]
    public void The_start_is_seen_once_and_first() => Watched.Sample((history, seen) =>
    {
        var started = Assert.Single(seen.OfType<RunEvent.Started>());
        Assert.Same(started, seen[0]);
        Assert.Equal(history.Last.Silos, started.Silos);
    });

    [Fact]
    public void Every_epoch_is_seen_once_and_in_order() => Watched.Sample((history, seen) =>
        Assert.Equal(history.Last.Epochs, seen.OfType<RunEvent.EpochCompleted>().Select(completed => completed.Metrics)));

    [Fact]
    public void The_end_is_seen_once_and_last() => Watched.Sample((history, seen) =>
        Assert.Equal(new RunEvent.Ended(history.Last.Status, history.Last.Message), Assert.Single(seen, e => e is RunEvent.Ended && e == seen[^1])));

    [Fact]
    public void Nothing_follows_the_end() => Watched.Sample((_, seen) => Assert.Single(seen.OfType<RunEvent.Ended>()));

    [Fact]
    public void Progress_only_grows_and_belongs_to_the_epoch_being_trained() => Watched.Sample((_, seen) =>
    {
        var completed = 0;
        var step = 0;
        foreach (var e in seen)
        {
            if (e is RunEvent.EpochCompleted)
            {
                completed++;
                step = 0;
            }
            else if (e is RunEvent.Progressed progressed)
            {
                Assert.Equal(completed + 1, progressed.Epoch);
                Assert.InRange(progressed.Step, step + 1, int.MaxValue);
                step = progressed.Step;
            }
        }
    });

    [Fact]
    public void A_watcher_of_every_moment_sees_all_known_progress() => RunHistory.Any.Sample(history => Assert.Equal(
        history.Moments.Where(moment => moment.Progress?.Step > moment.Record.Epochs.Count * RunHistory.StepsPerEpoch)
            .Select(moment => moment.Progress!.Step)
            .Distinct()
            .Count(),
        Watch(history, [.. history.Moments.Select(_ => 1)]).OfType<RunEvent.Progressed>().Count()));

    /// <param name="history">The run.</param>
    /// <param name="looks">How often the watcher looks at each moment; it looks at the last one
    /// once more.</param>
    private static RunEvent[] Watch(RunHistory history, int[] looks)
    {
        var seen = new List<RunEvent>();
        RunCursor cursor = default;
        foreach (var (record, progress) in history.Moments.SelectMany((moment, i) => Enumerable.Repeat(moment, looks[i])).Append(history.Moments[^1]))
        {
            var batch = RunWatch.EventsAfter(record, progress, cursor, "activation");
            seen.AddRange(batch.Events);
            cursor = batch.Next;
        }

        return [.. seen];
    }
}

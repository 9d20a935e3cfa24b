using CsCheck;

using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Grains.Runs;

using Xunit;

namespace Mnist.Distributed.Tests.Grains.Runs;

public sealed class RunWatchIncidentTests
{
    private static readonly Incident[] Incidents =
        [.. Enumerable.Range(0, 10).Select(i => new Incident(i, IncidentKind.Late, $"silo {i}", "reason", i))];

    [Fact]
    public void Every_incident_is_seen_once_and_in_order() => Gen.Int[0, 10].Array[1, 8].Sample(known =>
    {
        RunCursor cursor = default;
        var seen = new List<Incident>();
        foreach (var count in known.Order())
        {
            seen.AddRange(Look(ref cursor, count, "one"));
        }

        Assert.Equal(Incidents.Take(known.Max()), seen);
    });

    [Fact]
    public void Another_activation_tells_all_it_knows() => Gen.Select(Gen.Int[0, 10], Gen.Int[0, 10]).Sample((before, after) =>
    {
        RunCursor cursor = default;
        Look(ref cursor, before, "one");
        Assert.Equal(Incidents.Take(after), Look(ref cursor, after, "other"));
        Assert.Empty(Look(ref cursor, after, "other"));
    });

    [Fact]
    public void An_incident_comes_after_the_epochs_before_it_and_before_the_end()
    {
        var record = Record(2);
        record.Epochs = [new EpochMetrics(1, 10, 0, 0, 0, 0, 0, 0, Metric.Accuracy)];
        record.Status = RunStatus.Interrupted;

        var events = RunWatch.EventsAfter(record, null, default, "one").Events;

        Assert.Equal(
            ["Started", "EpochCompleted", "Disturbed", "Disturbed", "Ended"],
            events.Select(e => e.GetType().Name));
    }

    private static Incident[] Look(ref RunCursor cursor, int known, string source)
    {
        var batch = RunWatch.EventsAfter(Record(known), null, cursor, source);
        cursor = batch.Next;
        return [.. batch.Events.OfType<RunEvent.Disturbed>().Select(e => e.Incident)];
    }

    private static RunRecord Record(int known) =>
        new() { Status = RunStatus.Running, Plan = new TrainingPlan { Samples = 100, BatchSize = 10 }, Incidents = [.. Incidents.Take(known)] };
}

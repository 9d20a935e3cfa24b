using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Contracts.Runs;

/// <summary>An event of a run, for its watchers.</summary>
[GenerateSerializer, Immutable, Alias("mnist.RunEvent")]
public abstract record RunEvent
{
    /// <summary>The run trains with these silos.</summary>
    [GenerateSerializer, Immutable, Alias("mnist.RunEvent.Started")]
    public sealed record Started([property: Id(0)] IReadOnlyList<SiloReport> Silos) : RunEvent;

    /// <summary>The parameter server committed steps.</summary>
    /// <param name="Epoch">1-based epoch.</param>
    /// <param name="Step">Steps committed in this epoch.</param>
    /// <param name="Loss">Training loss of the epoch so far.</param>
    /// <param name="MetricValue">The metric over the epoch's training samples so far.</param>
    /// <param name="ImagesPerSecond">Training samples per second since the epoch's start.</param>
    /// <param name="Metric">The metric.</param>
    /// <param name="Silos">How fast the silos are; null if it is not known.</param>
    [GenerateSerializer, Immutable, Alias("mnist.RunEvent.Progressed")]
    public sealed record Progressed(
        [property: Id(0)] int Epoch,
        [property: Id(1)] int Step,
        [property: Id(2)] double Loss,
        [property: Id(3)] double MetricValue,
        [property: Id(4)] double ImagesPerSecond,
        [property: Id(5)] Metric Metric,
        [property: Id(6)] IReadOnlyList<SiloPace>? Silos = null) : RunEvent;

    /// <summary>The curves of the run have new points.</summary>
    /// <param name="Points">
    /// The points in step order. For a watcher that comes late, these are all points since the
    /// start of the run, at most some thousand.
    /// </param>
    [GenerateSerializer, Immutable, Alias("mnist.RunEvent.Charted")]
    public sealed record Charted([property: Id(0)] IReadOnlyList<RunPoint> Points) : RunEvent;

    /// <summary>An epoch was trained, evaluated and checkpointed.</summary>
    [GenerateSerializer, Immutable, Alias("mnist.RunEvent.EpochCompleted")]
    public sealed record EpochCompleted([property: Id(0)] EpochMetrics Metrics) : RunEvent;

    /// <summary>An incident happened; the run continues.</summary>
    [GenerateSerializer, Immutable, Alias("mnist.RunEvent.Disturbed")]
    public sealed record Disturbed([property: Id(0)] Incident Incident) : RunEvent;

    /// <summary>The run has ended; no event follows.</summary>
    /// <param name="Status">Completed, stopped, failed or interrupted.</param>
    /// <param name="Message">
    /// Why the run failed or stopped early, or where it was stopped; null when it completed the
    /// last epoch of its plan.
    /// </param>
    [GenerateSerializer, Immutable, Alias("mnist.RunEvent.Ended")]
    public sealed record Ended([property: Id(0)] RunStatus Status, [property: Id(1)] string? Message) : RunEvent;
}

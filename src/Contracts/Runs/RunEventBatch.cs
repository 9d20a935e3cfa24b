namespace Mnist.Distributed.Contracts.Runs;

/// <summary>
/// The next events for a watcher. A watcher that passes <see cref="Next"/> to each next call gets
/// every epoch exactly once. It may miss intermediate progress, because only the newest progress
/// counts.
/// </summary>
/// <param name="Next">The cursor for the next call.</param>
/// <param name="Events">The events in order; empty when nothing happened for a while.</param>
[GenerateSerializer, Immutable, Alias("mnist.RunEventBatch")]
public sealed record RunEventBatch([property: Id(0)] RunCursor Next, [property: Id(1)] IReadOnlyList<RunEvent> Events);

/// <summary>
/// The position of a watcher in the events of a run. It counts what happened in the run, not
/// messages, so it stays valid when the run moves to another silo.
/// </summary>
/// <param name="Started">Whether the watcher has seen the start.</param>
/// <param name="Epochs">Number of completed epochs that the watcher has seen.</param>
/// <param name="Step">
/// Number of committed steps that the watcher has seen, from the start of the run.
/// </param>
/// <param name="Ended">Whether the watcher has seen the end.</param>
/// <param name="Incidents">
/// Number of incidents that the watcher has seen, as counted by <paramref name="Source"/>.
/// </param>
/// <param name="Source">
/// Identifies the activation of the run grain that answered last. Another activation may know other
/// incidents, so it sends all of them.
/// </param>
/// <param name="Charted">Step of the last point of the curves that the watcher has seen.</param>
[GenerateSerializer, Immutable, Alias("mnist.RunCursor")]
public readonly record struct RunCursor(
    [property: Id(0)] bool Started,
    [property: Id(1)] int Epochs,
    [property: Id(2)] long Step,
    [property: Id(3)] bool Ended,
    [property: Id(4)] int Incidents,
    [property: Id(5)] string? Source,
    [property: Id(6)] long Charted = 0);

namespace Mnist.Distributed.Contracts.Runs;

/// <summary>
/// The next events for a watcher. A watcher that reads with <see cref="Next"/> each time sees every epoch once;
/// progress in between may be skipped, since only the newest counts.
/// </summary>
/// <param name="Next">Cursor to read on from.</param>
/// <param name="Events">Events in order; empty when nothing happened for a while.</param>
[GenerateSerializer, Immutable, Alias("mnist.RunEventBatch")]
public sealed record RunEventBatch([property: Id(0)] RunCursor Next, [property: Id(1)] IReadOnlyList<RunEvent> Events);

/// <summary>
/// How far a watcher has read, in terms of what happened and not of message numbers, so that it stays valid when the run
/// moves to another silo.
/// </summary>
/// <param name="Started">Whether the start was seen.</param>
/// <param name="Epochs">Completed epochs seen.</param>
/// <param name="Step">Committed steps of the run seen.</param>
/// <param name="Ended">Whether the end was seen.</param>
/// <param name="Incidents">Incidents seen, as counted by <paramref name="Source"/>.</param>
/// <param name="Source">Who has answered last; another one may know of other incidents, and tells them all.</param>
[GenerateSerializer, Immutable, Alias("mnist.RunCursor")]
public readonly record struct RunCursor(
    [property: Id(0)] bool Started,
    [property: Id(1)] int Epochs,
    [property: Id(2)] long Step,
    [property: Id(3)] bool Ended,
    [property: Id(4)] int Incidents,
    [property: Id(5)] string? Source);

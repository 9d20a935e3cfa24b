using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Grains.Runs;

/// <summary>Turns the record of a run into a copy that travels, and back.</summary>
public static class RunCopies
{
    /// <summary>A copy of a record.</summary>
    /// <param name="runId">The id of the run.</param>
    /// <param name="record">The record of a run that has been started.</param>
    /// <param name="initial">The state that the run started from.</param>
    public static RunCopy Of(string runId, RunRecord record, TrainingState? initial) => new(
        runId,
        record.Status,
        record.Message,
        record.Plan!,
        record.Options,
        record.Fingerprint,
        [.. record.Silos],
        [.. record.Epochs],
        [.. record.Incidents],
        record.Checkpoint,
        initial,
        record.Best,
        record.Ledger,
        [.. record.Curves.Points],
        record.EpochSeconds,
        Math.Max(record.Generation, record.LostGeneration),
        record.StartedAt,
        record.EndedAt,
        record.TraceParent);

    /// <summary>The record of a copy.</summary>
    /// <param name="copy">The copy.</param>
    /// <param name="generation">The newest generation that the run has had here.</param>
    public static RunRecord ToRecord(RunCopy copy, long generation) => new()
    {
        Status = copy.Status,
        Message = copy.Message,
        Plan = copy.Plan,
        Options = copy.Options with { IsQueued = false },
        Fingerprint = copy.Fingerprint,
        Silos = [.. copy.Silos],
        Epochs = [.. copy.Epochs],
        Incidents = [.. copy.Incidents],
        Checkpoint = copy.Checkpoint,
        Best = copy.Best,
        Ledger = copy.Ledger,
        Curves = new RunCurves
        {
            Points = [.. copy.Points],
            Last = new RunCurves.Seen(copy.Checkpoint?.Step ?? 0, copy.Checkpoint?.Totals ?? default, copy.EpochSeconds),
        },
        EpochSeconds = copy.EpochSeconds,
        Generation = Math.Max(copy.Generation, generation),
        StartedAt = copy.StartedAt,
        EndedAt = copy.EndedAt,
        TraceParent = copy.TraceParent,
    };
}

using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary>What was written of a run.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Status">Its status.</param>
/// <param name="Epochs">The completed epochs.</param>
/// <param name="Out">The folder.</param>
/// <param name="WeightsSha256">SHA-256 of the file of weights; null if there are none.</param>
internal sealed record RunExport(string RunId, RunStatus Status, int Epochs, string Out, string? WeightsSha256)
{
    /// <summary>Writes the results of a run as they are now.</summary>
    /// <param name="run">The run.</param>
    /// <param name="output">The folder.</param>
    /// <param name="force">Whether another run there may be overwritten.</param>
    /// <param name="report">Whether to write the report.</param>
    /// <param name="note">Receives sentences for the user.</param>
    /// <exception cref="InvalidInputException">
    /// The run waits in the queue, or the folder cannot be written.
    /// </exception>
    public static async Task<RunExport> Write(OpenRun run, string output, bool force, bool report, Action<string> note)
    {
        var description = run.Description;
        Require(description.Status != RunStatus.Queued, $"Run {description.RunId} waits in the queue of its cluster: it has no results before it has begun.");
        Require(
            run.Found.Folder is not { } own || Path.GetFullPath(own) != Path.GetFullPath(output) || run.Found.Home is not null,
            $"{Printable.Of(output)} is the folder of the run itself: choose another one.");
        var folder = RunFolder.Create(output, run.Identity, force);
        SlowWork.Is("fetching the run");
        var batch = await RetryingCall.Ask(() => run.Grain.Watch(default));
        var weights = await RetryingCall.Ask(run.Grain.GetWeights, silence: RetryingCall.BulkPatience);

        // The points of the curves say when the epochs ended.
        foreach (var happened in batch.Events.OrderBy(happened => happened is RunEvent.Started ? 0 : happened is RunEvent.Charted ? 1 : 2))
        {
            folder.Record(happened);
        }

        // Without its cluster, a copy of a run that trains cannot tell when the run has ended.
        var (status, message) = description.Status == RunStatus.Running && run.Found.Home is null
            ? (RunStatus.Interrupted, $"exported at step {description.Step:N0}, while the run trained")
            : (description.Status, description.Message);
        var digest = folder.Finish(status, message, weights);
        Require(folder.Problem is null, folder.Problem ?? "");
        EpochMetrics[] epochs = [.. batch.Events.OfType<RunEvent.EpochCompleted>().Select(epoch => epoch.Metrics)];
        if (report)
        {
            await WriteReport(run, folder, epochs, weights, note);
        }

        SlowWork.Is(null);
        return new RunExport(description.RunId, description.Status, epochs.Length, folder.Path, digest);
    }

    private static async Task WriteReport(OpenRun run, RunFolder folder, IReadOnlyList<EpochMetrics> epochs, RunWeights? weights, Action<string> note)
    {
        SlowWork.Is("writing the report");
        using var interrupts = new Interrupts();
        var report = RunData.ReportOn(run, note, interrupts.Requested);
        try
        {
            report.Write(folder, weights is null ? null : await report.Of(weights.State), epochs, weights?.State.Step);
        }
        catch (InvalidInputException failure)
        {
            note($"The report is not written: {failure.Message}");
        }
    }
}

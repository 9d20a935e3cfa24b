using System.Diagnostics;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Hosting.Border;
using Mnist.Distributed.Training.Reports;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>
/// Accompanies a run to its end: shows it, writes its results, and turns an interrupt into a
/// request to stop.
/// </summary>
/// <param name="grain">The run grain.</param>
/// <param name="run">Id, plan and place of the run.</param>
/// <param name="display">Shows the run.</param>
/// <param name="folder">Receives its results; null if they are not written.</param>
/// <param name="remarks">
/// Makes remarks on the run; null if the program has no data set for them.
/// </param>
/// <param name="reports">
/// Writes the report at the end; null if no report is wanted.
/// </param>
internal sealed class RunSession(
    ITrainingRunGrain grain, RunIdentity run, IRunDisplay display, RunFolder? folder, RunRemarks? remarks = null, ResultReport? reports = null)
{
    /// <summary>
    /// How long a run may take to stop. It is enough to complete the current step and an
    /// evaluation.
    /// </summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(20);

    /// <summary>
    /// The shortest time between two writes of the weights while the run goes on.
    /// </summary>
    private static readonly TimeSpan WeightsInterval = TimeSpan.FromSeconds(1);

    private readonly List<EpochMetrics> _epochs = [];
    private RunEvent.Ended? _ended;
    private long _kept = Stopwatch.GetTimestamp();
    private bool _wasWritable = true;

    /// <summary>
    /// The folder of a run that trains in another process, which tells of its events; null if the
    /// grain does.
    /// </summary>
    public string? Watched { get; init; }

    /// <summary>
    /// The folder of the results, whoever writes them; null if they are not written.
    /// </summary>
    private string? ResultPath => folder?.Path ?? Watched;

    /// <summary>The completed epochs so far.</summary>
    public IReadOnlyList<EpochMetrics> Epochs => _epochs;

    /// <summary>How the run has ended; null if it has not.</summary>
    public RunEvent.Ended? Ending => _ended;

    /// <summary>Shows the run until it ends.</summary>
    /// <param name="interrupts">
    /// An interrupt stops the run after its step. If the run does not stop in time, this program
    /// leaves it.
    /// </param>
    /// <returns>The exit code.</returns>
    public async Task<int> FollowAndStop(Interrupts interrupts)
    {
        using var left = new CancellationTokenSource();
        using var timeout = interrupts.Requested.Register(() => left.CancelAfter(StopTimeout));
        return await Follow(interrupts.Requested, left.Token);
    }

    /// <summary>
    /// Shows the run until it ends, or until <paramref name="detach"/> is cancelled; the run then
    /// goes on.
    /// </summary>
    /// <returns>The exit code.</returns>
    public Task<int> Follow(CancellationToken detach) => Follow(CancellationToken.None, detach);

    private Task<int> Follow(CancellationToken stop, CancellationToken detach) => WorkFailedException.Begin(async () =>
    {
        var start = Stopwatch.GetTimestamp();
        SlowWork.Is("waiting for the run to begin");
        await display.Show(run, ResultPath, Tap(Watched is null ? RunFollower.Follow(grain, display.Note, stop, detach) : FolderFollower.Follow(Watched, detach)));
        if (_ended is not { } ended)
        {
            return Leave(stop.IsCancellationRequested);
        }

        SlowWork.Is("fetching the weights");
        var weights = folder is null ? null : await RetryingCall.Ask(grain.GetWeights, silence: RetryingCall.BulkPatience);
        var digest = Watched is null ? folder?.Finish(ended.Status, ended.Message, weights) : StoredRun.In(Watched)?.WeightsSha256;
        CoordinatorActivity.Describe(ended, digest);
        display.Close(new RunSummary(run, ended, _epochs, Stopwatch.GetElapsedTime(start), ResultPath, weights, digest));
        SlowWork.Is(null);
        if (ended.Status == RunStatus.Failed || ended.Status == RunStatus.Interrupted)
        {
            Console.Error.WriteLine($"mnist: run {run.RunId} {RunText.Ending(ended.Status, ended.Message)}.");
        }

        if (folder is not null && (weights is null || digest is not null))
        {
            await Report(weights?.State);
        }

        HintHowToGoOn(ended.Status);
        if (folder?.Problem is { } problem)
        {
            Console.Error.WriteLine($"mnist: {problem}{(run.Place is { } place ? $" The run is kept on cluster {place.Cluster}: 'mnist runs watch {run.RunId} {place.Options} --out DIR' writes them again." : "")}");
            return ended.Status == RunStatus.Stopped ? ExitCode.Interrupted : ExitCode.Failed;
        }

        return ended.Status switch
        {
            RunStatus.Completed => ExitCode.Done,
            RunStatus.Stopped => ExitCode.Interrupted,
            _ => ExitCode.Failed,
        };
    });

    /// <summary>
    /// Writes the page of the run and what the weights make of the test images, and makes remarks
    /// on it.
    /// </summary>
    /// <param name="state">
    /// The weights; null if the run has ended before its first checkpoint.
    /// </param>
    private async Task Report(TrainingState? state)
    {
        if (reports is null)
        {
            return;
        }

        SlowWork.Is("writing the report");
        TestReport? report = null;
        try
        {
            report = state is null ? null : await reports.Of(state);
            reports.Write(folder!, report, _epochs, state?.Step);
        }
        catch (InvalidInputException failure)
        {
            display.Note($"The report is not written: {failure.Message}");
        }

        SlowWork.Is(null);
        foreach (var remark in report?.Remarks ?? [])
        {
            display.Note(remark);
        }
    }

    /// <summary>
    /// Ends the display of a run that goes on, because the user detached or because the run does
    /// not stop.
    /// </summary>
    private int Leave(bool stopRequested)
    {
        if (run.Place is not null || Watched is not null)
        {
            display.Note(
                $"{(stopRequested ? $"Run {run.RunId} has been asked to stop, but has not after {StopTimeout.TotalSeconds:F0} s; it stops when it can." : $"Detached; run {run.RunId} goes on.")} "
                + $"See it again with: mnist runs watch {new FoundRun(run.RunId, Watched, run.Place).Words}");
        }
        else
        {
            folder?.Note(RunStatus.Interrupted, $"did not stop within {StopTimeout.TotalSeconds:F0} s");
            display.Note($"Run {run.RunId} has not stopped within {StopTimeout.TotalSeconds:F0} s and ends with this process; its results so far are in {folder?.Path}. To go on: mnist runs resume {FoundRun.WordsOf(run.RunId, folder!.Path)}");
        }

        return ExitCode.Interrupted;
    }

    private void HintHowToGoOn(RunStatus status)
    {
        if (status == RunStatus.Completed)
        {
            return;
        }

        if (run.Place is null && folder?.RecordFiles?.Problem is { } problem)
        {
            display.Note($"The record of the run could not be written ({problem}), so the run cannot be resumed from its last steps.");
        }
        else if (run.Place is not null || ResultPath is not null)
        {
            display.Note($"To go on, with the same bytes: mnist runs resume {new FoundRun(run.RunId, ResultPath, run.Place).Words}");
        }
    }

    private async IAsyncEnumerable<RunEvent> Tap(IAsyncEnumerable<RunEvent> events)
    {
        await foreach (var happened in events)
        {
            SlowWork.Is(null);
            folder?.Record(happened);
            switch (happened)
            {
                case RunEvent.EpochCompleted epoch:
                    _epochs.Add(epoch.Metrics);
                    await Keep();
                    break;
                case RunEvent.Ended ended:
                    _ended = ended;
                    break;
            }

            yield return happened;
            if (happened is RunEvent.EpochCompleted && remarks?.AfterEpoch(_epochs) is { } remark)
            {
                display.Note(remark);
            }

            SayWhetherWritable();
        }
    }

    /// <summary>
    /// Writes the current weights, so that they exist even if this process is lost.
    /// </summary>
    private async Task Keep()
    {
        if (folder is null || Stopwatch.GetElapsedTime(_kept) < WeightsInterval)
        {
            return;
        }

        try
        {
            if (await grain.GetWeights() is { } weights)
            {
                folder.Keep(weights);
            }
        }
        catch (Exception failure) when (PassingFailure.Is(failure))
        {
            // Not a problem: the next epoch brings newer weights.
        }

        _kept = Stopwatch.GetTimestamp();
    }

    private void SayWhetherWritable()
    {
        var writable = folder?.Problem is null;
        if (writable != _wasWritable)
        {
            display.Note(writable
                ? $"The results are in {folder!.Path} again."
                : $"The results cannot be written to {folder!.Path} ({folder.Problem}); training goes on, and they are tried again.");
            _wasWritable = writable;
        }
    }
}

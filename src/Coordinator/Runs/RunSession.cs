using System.Diagnostics;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Output;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>Accompanies a run to its end: shows it, writes its results, and passes an interrupt on as a request to stop.</summary>
internal sealed class RunSession(ITrainingRunGrain grain, RunIdentity run, IRunDisplay display, RunFolder? folder)
{
    private readonly List<EpochMetrics> _epochs = [];
    private RunEvent.Ended? _ended;

    /// <summary>Shows the run until it ends.</summary>
    /// <param name="interrupts">An interrupt stops the run after its step.</param>
    /// <returns>The exit code.</returns>
    public Task<int> FollowAndStop(Interrupts interrupts) => Follow(interrupts.Requested, CancellationToken.None);

    /// <summary>Shows the run until it ends or <paramref name="detach"/> is cancelled; the run goes on then.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> Follow(CancellationToken detach) => Follow(CancellationToken.None, detach);

    private async Task<int> Follow(CancellationToken stop, CancellationToken detach)
    {
        var start = Stopwatch.GetTimestamp();
        await display.Show(run, folder?.Path, Tap(RunFollower.Follow(grain, display.Note, stop, detach)));
        if (_ended is not { } ended)
        {
            display.Note($"Detached; run {run.RunId} goes on. See it again with: mnist runs watch {run.RunId} --cluster {run.Cluster}");
            return ExitCode.Interrupted;
        }

        var state = folder is null ? null : await PatientCall.Ask(grain.GetState);
        var digest = folder?.Finish(ended.Status, ended.Message, state);
        display.Close(new RunSummary(run, ended.Status, ended.Message, _epochs, Stopwatch.GetElapsedTime(start), folder?.Path, digest));
        if (ended.Status is RunStatus.Failed or RunStatus.Interrupted)
        {
            Console.Error.WriteLine($"mnist: run {run.RunId} {RunText.Name(ended.Status)}: {ended.Message}.");
        }

        if (ended.Status == RunStatus.Stopped && run.Cluster is not null)
        {
            display.Note($"To go on: mnist runs resume {run.RunId} --cluster {run.Cluster}");
        }
        else if (ended.Status == RunStatus.Stopped && digest is not null)
        {
            display.Note(
                $"To go on from these weights: mnist train --model {run.Plan.Model} --dataset {run.Plan.DataSet} --init {folder!.Model} "
                + $"--epochs {Math.Max(1, run.Plan.Epochs - _epochs.Count)}");
        }

        return ended.Status switch
        {
            RunStatus.Completed => ExitCode.Done,
            RunStatus.Stopped => ExitCode.Interrupted,
            _ => ExitCode.Failed,
        };
    }

    private async IAsyncEnumerable<RunEvent> Tap(IAsyncEnumerable<RunEvent> events)
    {
        await foreach (var happened in events)
        {
            folder?.Record(happened);
            switch (happened)
            {
                case RunEvent.EpochCompleted epoch:
                    _epochs.Add(epoch.Metrics);
                    break;
                case RunEvent.Ended ended:
                    _ended = ended;
                    break;
            }

            yield return happened;
        }
    }
}

using System.Runtime.CompilerServices;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Hosting.Processes;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>
/// Reads the events of a run that trains in another process of this machine, from the folder of its
/// results. The folder tells of whole epochs, not of the progress within one.
/// </summary>
internal static class FolderFollower
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// How long the process may take after the end of the run. It writes the report, and it may run
    /// a command of the user's.
    /// </summary>
    private static readonly TimeSpan ReportTime = TimeSpan.FromSeconds(10);

    /// <summary>Reads all events since the start of the run, until the run has ended.</summary>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="detach">Ends the reading; the run goes on.</param>
    public static async IAsyncEnumerable<RunEvent> Follow(string folder, [EnumeratorCancellation] CancellationToken detach)
    {
        ProcessIdentity? process = null;
        for (var shown = 0; !detach.IsCancellationRequested; await Pause(detach))
        {
            if (StoredRun.In(folder) is not { } stored)
            {
                // A file that exists is being replaced.
                if (!File.Exists(Path.Combine(folder, StoredRun.Name)))
                {
                    yield return new RunEvent.Ended(RunStatus.Interrupted, "its folder was deleted");
                    yield break;
                }

                continue;
            }

            var goesOn = stored.Process is { IsAlive: true };
            if (!goesOn)
            {
                // The process has written something since.
                stored = StoredRun.In(folder) ?? stored;
            }

            if (process is null)
            {
                yield return new RunEvent.Started(stored.Silos);
            }

            process = stored.Process ?? process;
            foreach (var epoch in StoredEpochs.In(folder, stored.Metric).Skip(shown))
            {
                shown++;
                yield return new RunEvent.EpochCompleted(epoch);
            }

            if (!goesOn)
            {
                await WaitForReport(process, detach);
                yield return EndOf(stored);
                yield break;
            }
        }
    }

    /// <summary>How a run has ended, as its folder says.</summary>
    public static RunEvent.Ended EndOf(StoredRun stored) =>
        new(Enum.TryParse<RunStatus>(stored.Status, ignoreCase: true, out var status) ? status : RunStatus.Interrupted, stored.Message);

    private static async Task WaitForReport(ProcessIdentity? process, CancellationToken detach)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (process is { IsAlive: true } && TimeProvider.System.GetElapsedTime(start) < ReportTime && !detach.IsCancellationRequested)
        {
            await Pause(detach);
        }
    }

    private static async Task Pause(CancellationToken detach) => await Task.Delay(PollInterval, detach).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>
/// The queue of the runs that train in processes of their own, in the subfolders of one folder. It
/// has no state: a run waits for those that its neighbours' <c>run.json</c> note as running, and
/// for those that were queued before it.
/// </summary>
internal static class LocalQueue
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits for the turn of a run.</summary>
    /// <param name="folder">
    /// The folder of the run. Its description must say that it is queued.
    /// </param>
    /// <param name="runId">The run.</param>
    /// <param name="note">Receives a sentence for each run that is waited for.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Whether it is the turn of the run; false if the wait was ended.</returns>
    public static async Task<bool> Wait(string folder, string runId, Action<string> note, CancellationToken cancellation)
    {
        var told = "";
        while (First(folder, runId) is { } other)
        {
            if (other.RunId != told)
            {
                note($"Run {runId} waits for run {other.RunId} in process {other.Stored.Process?.Pid}.");
                told = other.RunId;
            }

            await Task.Delay(PollInterval, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellation.IsCancellationRequested)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The first run that a queued run has to wait for; null if there is none.</summary>
    /// <param name="folder">The folder of the queued run.</param>
    /// <param name="runId">The queued run.</param>
    public static LocalRun? First(string folder, string runId) => LocalRuns.In(Path.GetDirectoryName(Path.GetFullPath(folder))!).FirstOrDefault(other =>
        other.Stored.Process is { IsAlive: true } && (other.Stored.IsQueued ? string.CompareOrdinal(other.RunId, runId) < 0 : other.RunId != runId));
}

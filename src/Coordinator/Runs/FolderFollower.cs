using System.Runtime.CompilerServices;
using Mnist.Distributed.Contracts.Runs;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>
/// Reads the events of a run that trains in another process of this machine, from the folder of its
/// results. The folder tells of whole epochs, not of the progress within one.
/// </summary>
internal static class FolderFollower
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Reads all events since the start of the run, until its process has ended.</summary>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="detach">Ends the reading; the run goes on.</param>
    public static async IAsyncEnumerable<RunEvent> Follow(string folder, [EnumeratorCancellation] CancellationToken detach)
    {
        var (begun, shown) = (false, 0);
        while (!detach.IsCancellationRequested)
        {
            // The description is read before the epochs: it is written after the last of them.
            var stored = StoredRun.In(folder);
            var goesOn = stored?.Process is { IsAlive: true };
            if (stored is { IsQueued: false })
            {
                if (!begun)
                {
                    begun = true;
                    yield return new RunEvent.Started(stored.Silos);
                }

                foreach (var epoch in StoredEpochs.In(folder, stored.Metric).Skip(shown))
                {
                    shown++;
                    yield return new RunEvent.EpochCompleted(epoch);
                }
            }

            if (!goesOn)
            {
                yield return EndOf(stored);
                yield break;
            }

            await Task.Delay(PollInterval, detach).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>How a run whose process has ended, or ends now, has ended.</summary>
    /// <param name="stored">
    /// What its folder says; null if the run was taken out of the queue.
    /// </param>
    public static RunEvent.Ended EndOf(StoredRun? stored) => stored is null
        ? new RunEvent.Ended(RunStatus.Stopped, "before it began")
        : new RunEvent.Ended(Enum.TryParse<RunStatus>(stored.Status, ignoreCase: true, out var status) ? status : RunStatus.Interrupted, stored.Message);
}

using System.Diagnostics;
using System.Runtime.CompilerServices;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Clusters;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>Reads a run's events to its end.</summary>
internal static class RunFollower
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a cluster may be silent before following it is given up.</summary>
    private static readonly TimeSpan FailoverTimeout = TimeSpan.FromMinutes(1);

    /// <summary>
    /// All events from the run's start on; every epoch once. A silo that is lost on the way is told
    /// and waited out.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="note">Told when the cluster does not answer and when it answers again.</param>
    /// <param name="stop">Asks the run to stop, again and again until it has: the silo that was
    /// asked may be lost before it does.</param>
    /// <param name="detach">Ends the reading; the run goes on.</param>
    public static async IAsyncEnumerable<RunEvent> Follow(
        ITrainingRunGrain run, Action<string> note, CancellationToken stop = default, [EnumeratorCancellation] CancellationToken detach = default)
    {
        var cursor = default(RunCursor);
        var answered = Stopwatch.GetTimestamp();
        var silent = false;
        var incidents = new HashSet<Incident>();
        while (!cursor.Ended && !detach.IsCancellationRequested)
        {
            RunEventBatch batch;
            try
            {
                if (stop.IsCancellationRequested)
                {
                    await run.Stop().WaitAsync(detach);
                }

                batch = await run.Watch(cursor).WaitAsync(detach);
            }
            catch (OperationCanceledException) when (detach.IsCancellationRequested)
            {
                yield break;
            }
            catch (Exception failure) when (RetryingCall.IsPassing(failure) && Stopwatch.GetElapsedTime(answered) < FailoverTimeout)
            {
                if (!silent)
                {
                    note("The silo with the run does not answer; waiting for another one to take over.");
                }

                silent = true;
                await Task.Delay(RetryPause, CancellationToken.None);
                continue;
            }

            if (silent)
            {
                note($"The run goes on after {Stopwatch.GetElapsedTime(answered).TotalSeconds:F1} s.");
            }

            (answered, silent) = (Stopwatch.GetTimestamp(), false);
            cursor = batch.Next;
            foreach (var happened in batch.Events)
            {
                if (happened is not RunEvent.Disturbed disturbed || incidents.Add(disturbed.Incident))
                {
                    yield return happened;
                }
            }
        }
    }
}

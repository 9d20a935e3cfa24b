using System.Diagnostics;
using System.Runtime.CompilerServices;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Runs;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>Reads the events of a run until the run ends.</summary>
internal static class RunFollower
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a cluster may give no answer before the follower gives up.</summary>
    private static readonly TimeSpan FailoverTimeout = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Reads all events since the start of the run, each epoch once. If the silo of the run is
    /// lost, the follower notes it and waits for the failover.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="note">
    /// Receives a sentence when the cluster gives no answer, and when it answers again.
    /// </param>
    /// <param name="stop">
    /// Asks the run to stop. The follower repeats the request until the run has ended, because the
    /// silo that got it may be lost first.
    /// </param>
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
            catch (Exception failure) when (PassingFailure.Is(failure) && Stopwatch.GetElapsedTime(answered) < FailoverTimeout)
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
            foreach (var happened in batch.Events.OrderBy(Rank))
            {
                if (happened is not RunEvent.Disturbed disturbed || incidents.Add(disturbed.Incident))
                {
                    yield return happened;
                }
            }
        }
    }

    /// <summary>
    /// Points of the curves come before the epochs of the same batch, because they say when these
    /// epochs ended.
    /// </summary>
    private static int Rank(RunEvent happened) => happened switch
    {
        RunEvent.Started => 0,
        RunEvent.Charted => 1,
        _ => 2,
    };
}

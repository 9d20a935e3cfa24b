using System.Runtime.CompilerServices;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Runs;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>Reads a run's events to its end.</summary>
internal static class RunFollower
{
    /// <summary>All events from the run's start on; every epoch once.</summary>
    /// <param name="run">The run.</param>
    /// <param name="detach">Ends the reading; the run goes on.</param>
    public static async IAsyncEnumerable<RunEvent> Follow(ITrainingRunGrain run, [EnumeratorCancellation] CancellationToken detach = default)
    {
        var cursor = default(RunCursor);
        while (!cursor.Ended && !detach.IsCancellationRequested)
        {
            var batch = await run.Watch(cursor);
            cursor = batch.Next;
            foreach (var happened in batch.Events)
            {
                yield return happened;
            }
        }
    }
}

using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Sweeps;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Coordinator.Commands.Train;

/// <summary>
/// The turn of a run in the queue of those that train in processes of their own, in the subfolders
/// of one folder. The queue is what <c>run.json</c> and <c>sweep.json</c> in these folders say. A
/// run waits for all that train, and for those that were queued before it. One run at a time
/// begins, under a lock.
/// </summary>
internal sealed class QueueTurn : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    private readonly RunFolder _folder;
    private readonly byte[]? _earlier;
    private IDisposable? _lock;
    private bool _hasBegun;

    private QueueTurn(RunFolder folder)
    {
        _folder = folder;
        _earlier = File.Exists(Description) ? File.ReadAllBytes(Description) : null;
    }

    private static string LockFile => Path.Combine(UserFolders.State, "queue.lock");

    private string Description => Path.Combine(_folder.Path, StoredRun.Name);

    /// <summary>
    /// Waits for the turn of a run. Until then its folder says that it is queued.
    /// </summary>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="runId">The run.</param>
    /// <param name="note">Receives a sentence for each thing that is waited for.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The turn; null if the wait was ended.</returns>
    /// <exception cref="Contracts.InvalidInputException">A folder cannot be used.</exception>
    public static async Task<QueueTurn?> Wait(RunFolder folder, string runId, Action<string> note, CancellationToken cancellation)
    {
        var turn = new QueueTurn(folder);
        try
        {
            folder.Note(RunStatus.Queued, null);
            for (var told = ""; await turn.TryTake(runId, cancellation) is { } first; told = first)
            {
                if (first != told)
                {
                    note($"Run {runId} waits for {first}.");
                }

                await Task.Delay(PollInterval, cancellation);
            }

            return turn;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            turn.Dispose();
            note($"Run {runId} was stopped before it began.");
            return null;
        }
        catch
        {
            turn.Dispose();
            throw;
        }
    }

    /// <summary>What a queued run has to wait for, in words; null for nothing.</summary>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="runId">The run.</param>
    public static string? First(string folder, string runId)
    {
        var all = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)))!;
        var run = LocalRuns.In(all).FirstOrDefault(other =>
            other.Stored.Process is { IsAlive: true } && (other.Stored.IsQueued ? string.CompareOrdinal(other.RunId, runId) < 0 : other.RunId != runId));
        return run is not null ? $"run {run.RunId} in process {run.Stored.Process?.Pid}"
            : StoredSweep.AllIn(all).FirstOrDefault(sweep => sweep.IsTraining) is { } sweep ? $"sweep {sweep.Results.SweepId} in process {sweep.Process?.Pid}"
            : null;
    }

    /// <summary>The run has begun, so the next one may look whether it is its turn.</summary>
    public void Begin()
    {
        _hasBegun = true;
        _folder.Note(RunStatus.Running, null);
        _lock?.Dispose();
    }

    /// <summary>Takes a run that has not begun out of the queue, without a trace.</summary>
    public void Dispose()
    {
        if (!_hasBegun && _earlier is not null)
        {
            AtomicFile.Write(Description, stream => stream.Write(_earlier));
        }
        else if (!_hasBegun)
        {
            File.Delete(Description);
        }

        _lock?.Dispose();
    }

    /// <summary>Takes the lock if it is the turn of the run.</summary>
    /// <returns>What the run has to wait for; null if it is its turn.</returns>
    private async Task<string?> TryTake(string runId, CancellationToken cancellation)
    {
        PrivateFolder.Make(UserFolders.State);
        var taken = await FolderLock.Take(LockFile, "waiting for another run to begin", cancellation);
        if (First(_folder.Path, runId) is { } first)
        {
            taken.Dispose();
            return first;
        }

        _lock = taken;
        return null;
    }
}

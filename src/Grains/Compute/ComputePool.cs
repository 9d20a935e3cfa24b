using Mnist.Distributed.Training.Native;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Grains.Compute;

/// <summary>
/// Runs the computations of a silo, on a limited number of threads at a time. The caller, a thread
/// of the runtime's pool that has just received a message, computes too, so a step of a fraction of
/// a millisecond does not wait until other threads wake. The minimum size of the runtime's pool is
/// raised by the number of compute threads. So messages and membership probes never wait for a
/// computation; the operating system divides the processors among the threads.
/// </summary>
public sealed class ComputePool : IDisposable
{
    [ThreadStatic]
    private static bool _prepared;

    private readonly SemaphoreSlim _free;
    private readonly ComputeThread[] _helpers;
    private int _waiting;

    /// <summary>Creates a pool.</summary>
    public ComputePool(int threads)
    {
        LibTorch.EnsureLoaded();
        Threads = threads;
        _free = new SemaphoreSlim(threads, threads);
        _helpers = [.. Enumerable.Range(1, threads - 1).Select(number => new ComputeThread(number, () => _free.Release()))];
        ThreadPool.GetMinThreads(out var workers, out var completions);
        ThreadPool.SetMinThreads(Math.Max(workers, Environment.ProcessorCount + threads), completions);
    }

    /// <summary>The number of threads that may compute at the same time.</summary>
    public int Threads { get; }

    /// <summary>Number of callers that wait for a thread.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>
    /// Computes on another thread, as soon as fewer than <see cref="Threads"/> threads compute. An
    /// exception ends in the task.
    /// </summary>
    public Task<T> Run<T>(Func<T> compute) => Task.Run(async () =>
    {
        T? result = default;
        await ForEach(1, _ => result = compute());
        return result!;
    });

    /// <summary>
    /// Computes on the calling thread and on free threads, as soon as fewer than
    /// <see cref="Threads"/> threads compute.
    /// </summary>
    /// <param name="count">Number of items.</param>
    /// <param name="body">
    /// The computation for each item. When all items are done, the first exception is thrown.
    /// </param>
    public async ValueTask ForEach(int count, Action<int> body)
    {
        if (!_free.Wait(0))
        {
            Interlocked.Increment(ref _waiting);
            try
            {
                await _free.WaitAsync().ConfigureAwait(false);
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }
        }

        try
        {
            if (!_prepared)
            {
                // Each thread has its own setting for the number of threads that libtorch uses
                // within an operator.
                LibTorch.UseOneThread();
                _prepared = true;
            }

            Loop(count, body);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>
    /// Computes on the calling thread, which does not count against <see cref="Threads"/>, and on
    /// free threads.
    /// </summary>
    /// <param name="count">Number of items.</param>
    /// <param name="body">
    /// The computation for each item. When all items are done, the first exception is thrown.
    /// </param>
    public void Loop(int count, Action<int> body)
    {
        var threads = Math.Min(count, Threads);
        if (threads <= 1)
        {
            SerialLoop.Run(count, body);
            return;
        }

        var loop = new SharedLoop(count, threads, body);
        for (var helper = 0; helper < threads - 1 && _free.Wait(0); helper++)
        {
            if (!_helpers[helper].TryHelp(loop))
            {
                _free.Release();
            }
        }

        loop.Take(0);
        loop.Finish();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var helper in _helpers)
        {
            helper.Dispose();
        }

        _free.Dispose();
    }
}

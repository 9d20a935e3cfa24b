using Mnist.Distributed.Training.Native;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Grains.Compute;

/// <summary>
/// The arithmetic of a silo, on at most so many threads at a time. Who asks for it, a thread of the
/// runtime's pool that has just taken a message, takes part itself: a step of a fraction of a
/// millisecond does not wait for threads to wake. The runtime's pool is given as many more threads
/// as may compute: messages and membership probes never wait for arithmetic, only the operating
/// system divides the time.
/// </summary>
public sealed class ComputePool : IDisposable
{
    [ThreadStatic]
    private static bool _prepared;

    private readonly SemaphoreSlim _free;
    private readonly ComputeThread[] _helpers;

    /// <summary>A pool of so many threads.</summary>
    public ComputePool(int threads)
    {
        LibTorch.EnsureLoaded();
        Threads = threads;
        _free = new SemaphoreSlim(threads, threads);
        _helpers = [.. Enumerable.Range(1, threads - 1).Select(number => new ComputeThread(number, () => _free.Release()))];
        ThreadPool.GetMinThreads(out var workers, out var completions);
        ThreadPool.SetMinThreads(Math.Max(workers, Environment.ProcessorCount + threads), completions);
    }

    /// <summary>Threads that compute at a time.</summary>
    public int Threads { get; }

    /// <summary>
    /// Computes on another thread, as soon as fewer than <see cref="Threads"/> do; failures end in
    /// the task.
    /// </summary>
    public Task<T> Run<T>(Func<T> compute) => Task.Run(async () =>
    {
        T? result = default;
        await ForEach(1, _ => result = compute());
        return result!;
    });

    /// <summary>
    /// Computes on the calling thread and on those that are free, as soon as fewer than
    /// <see cref="Threads"/> compute.
    /// </summary>
    /// <param name="count">Number of items.</param>
    /// <param name="body">What is done with each; the first failure is thrown when all are
    /// done.</param>
    public async ValueTask ForEach(int count, Action<int> body)
    {
        await _free.WaitAsync().ConfigureAwait(false);
        try
        {
            if (!_prepared)
            {
                // The number of threads that libtorch uses within an operator is kept by each
                // thread.
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
    /// Computes on the calling thread, which is not counted, and on those that are free.
    /// </summary>
    /// <param name="count">Number of items.</param>
    /// <param name="body">What is done with each; the first failure is thrown when all are
    /// done.</param>
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

using Mnist.Distributed.Training.Native;

namespace Mnist.Distributed.Grains.Compute;

/// <summary>
/// The arithmetic of a silo: at most so many computations at a time, each on a thread of the runtime's pool. A thread that has just taken a worker's message goes on
/// with its computation, so that a step of a fraction of a millisecond does not wait for threads to wake. The pool is given as many more threads as may
/// compute: messages and membership probes never wait for arithmetic, only the operating system divides the time.
/// </summary>
public sealed class ComputePool : IDisposable
{
    [ThreadStatic]
    private static bool _prepared;

    private readonly SemaphoreSlim _free;

    /// <summary>A pool of so many computations at a time.</summary>
    public ComputePool(int threads)
    {
        LibTorch.EnsureLoaded();
        Threads = threads;
        _free = new SemaphoreSlim(threads, threads);
        ThreadPool.GetMinThreads(out var workers, out var completions);
        ThreadPool.SetMinThreads(Math.Max(workers, Environment.ProcessorCount + threads), completions);
    }

    /// <summary>Computations at a time.</summary>
    public int Threads { get; }

    /// <summary>Computes on another thread, as soon as fewer than <see cref="Threads"/> do; failures end in the task.</summary>
    public Task<T> Run<T>(Func<T> compute) => Task.Run(() => RunHere(compute).AsTask());

    /// <summary>Computes on the calling thread if fewer than <see cref="Threads"/> do, else on another one later.</summary>
    public async ValueTask<T> RunHere<T>(Func<T> compute)
    {
        await _free.WaitAsync().ConfigureAwait(false);
        try
        {
            if (!_prepared)
            {
                // The number of threads that libtorch uses within an operator is kept by each thread.
                LibTorch.UseOneThread();
                _prepared = true;
            }

            return compute();
        }
        finally
        {
            _free.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _free.Dispose();
}

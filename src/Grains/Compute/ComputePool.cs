using Mnist.Distributed.Training.Native;

namespace Mnist.Distributed.Grains.Compute;

/// <summary>
/// The arithmetic of a silo: at most so many computations at a time, each on a thread of the runtime's pool and outside of grain turns. A thread that has just
/// run a turn goes on with the computation and with what follows it, so that a step of a fraction of a millisecond does not wait for threads to wake. The pool is
/// given as many more threads as may compute: messages and membership probes never wait for arithmetic, only the operating system divides the time.
/// </summary>
public sealed class ComputePool : IDisposable
{
    [ThreadStatic]
    private static bool t_prepared;

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

    /// <summary>Computes when a thread is free; failures end in the task.</summary>
    public async Task<T> Run<T>(Func<T> compute)
    {
        await _free.WaitAsync();
        try
        {
            return await Task.Run(() =>
            {
                if (!t_prepared)
                {
                    // The number of threads that libtorch uses within an operator is kept by each thread.
                    LibTorch.UseOneThread();
                    t_prepared = true;
                }

                return compute();
            });
        }
        finally
        {
            _free.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _free.Dispose();
}

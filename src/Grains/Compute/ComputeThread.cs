using System.Diagnostics;
using Mnist.Distributed.Training.Native;

namespace Mnist.Distributed.Grains.Compute;

/// <summary>
/// A thread that helps with one loop at a time. To wake a thread takes longer than a step of a
/// small model, so the thread spins for a moment after each loop.
/// </summary>
internal sealed class ComputeThread : IDisposable
{
    /// <summary>
    /// How long a thread spins without work: longer than the pause between the gradients of two
    /// steps of a small model. This is not an option, because it only balances the idle time of a
    /// processor against the time to wake a thread.
    /// </summary>
    private static readonly TimeSpan SpinTime = TimeSpan.FromMilliseconds(0.5);

    private const int Spins = 20;

    private readonly SemaphoreSlim _wake = new(0);
    private readonly SharedLoop _stop = new(0, 1, _ => { });
    private readonly int _number;
    private readonly Action _done;
    private SharedLoop? _loop;
    private bool _asleep;

    /// <summary>Starts the thread.</summary>
    /// <param name="number">
    /// The number of the thread within a loop. The thread that owns the loop has number 0.
    /// </param>
    /// <param name="done">Called after each loop.</param>
    public ComputeThread(int number, Action done)
    {
        (_number, _done) = (number, done);
        new Thread(Work) { IsBackground = true, Name = $"compute {number}" }.Start();
    }

    /// <summary>Whether the thread must be woken for the next loop.</summary>
    public bool IsAsleep => Volatile.Read(ref _asleep);

    /// <summary>Gives the thread a loop to help with, unless it has one already.</summary>
    public bool TryHelp(SharedLoop loop)
    {
        if (Interlocked.CompareExchange(ref _loop, loop, null) is not null)
        {
            return false;
        }

        if (IsAsleep)
        {
            _wake.Release();
        }

        return true;
    }

    /// <summary>Ends the thread after the current loop.</summary>
    public void Dispose()
    {
        while (!TryHelp(_stop))
        {
            Thread.Yield();
        }
    }

    private void Work()
    {
        // The number of threads that libtorch uses within an operator is kept by each thread.
        LibTorch.UseOneThread();
        for (var loop = Next(); loop != _stop; loop = Next())
        {
            loop.Take(_number);
            _done();
            Volatile.Write(ref _loop, null);
        }
    }

    private SharedLoop Next()
    {
        while (true)
        {
            for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < SpinTime; Thread.SpinWait(Spins))
            {
                if (Volatile.Read(ref _loop) is { } loop)
                {
                    return loop;
                }
            }

            // This thread first announces that it sleeps and then looks for a loop; the other
            // thread first writes the loop and then checks for the sleep. So at least one of them
            // sees the other.
            Volatile.Write(ref _asleep, true);
            Interlocked.MemoryBarrier();
            if (Volatile.Read(ref _loop) is null)
            {
                _wake.Wait();
            }

            Volatile.Write(ref _asleep, false);
        }
    }
}

using System.Diagnostics;
using Mnist.Distributed.Training.Native;

namespace Mnist.Distributed.Grains.Compute;

/// <summary>
/// A thread that takes one piece of work at a time. A step of a small model is shorter than it takes to wake a thread, so it stays awake for a moment after each piece.
/// </summary>
internal sealed class ComputeThread : IDisposable
{
    /// <summary>Longer than what lies between the gradients of two steps of a small model.</summary>
    private static readonly TimeSpan Awake = TimeSpan.FromMilliseconds(0.5);

    private const int Spins = 20;

    private readonly SemaphoreSlim _wake = new(0);
    private readonly Action _stop = () => { };
    private Action? _work;
    private bool _asleep;

    /// <summary>Starts the thread.</summary>
    public ComputeThread(int number) => new Thread(Work) { IsBackground = true, Name = $"compute {number}" }.Start();

    /// <summary>Whether it has to be woken for the next piece of work.</summary>
    public bool IsAsleep => Volatile.Read(ref _asleep);

    /// <summary>Hands over a piece of work, if there is none.</summary>
    /// <param name="work">Must not throw.</param>
    public bool TryTake(Action work)
    {
        if (Interlocked.CompareExchange(ref _work, work, null) is not null)
        {
            return false;
        }

        if (IsAsleep)
        {
            _wake.Release();
        }

        return true;
    }

    /// <summary>Ends the thread after the work it has.</summary>
    public void Dispose()
    {
        while (!TryTake(_stop))
        {
            Thread.Yield();
        }
    }

    private void Work()
    {
        // The number of threads that libtorch uses within an operator is kept by each thread.
        LibTorch.UseOneThread();
        for (var work = Next(); work != _stop; work = Next())
        {
            work();
            Volatile.Write(ref _work, null);
        }
    }

    private Action Next()
    {
        while (true)
        {
            for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < Awake; Thread.SpinWait(Spins))
            {
                if (Volatile.Read(ref _work) is { } work)
                {
                    return work;
                }
            }

            // Either this sees the work or whoever brings it sees that this sleeps.
            Volatile.Write(ref _asleep, true);
            Interlocked.MemoryBarrier();
            if (Volatile.Read(ref _work) is null)
            {
                _wake.Wait();
            }

            Volatile.Write(ref _asleep, false);
        }
    }
}

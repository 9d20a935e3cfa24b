using System.Diagnostics;
using Mnist.Distributed.Training.Native;

namespace Mnist.Distributed.Grains.Compute;

/// <summary>
/// A thread that helps with one loop at a time. A step of a small model is shorter than it takes to
/// wake a thread, so it stays awake for a moment after each loop.
/// </summary>
internal sealed class ComputeThread : IDisposable
{
    /// <summary>
    /// How long a thread stays awake without work: longer than what lies between the gradients of
    /// two steps of a small model. No option: it weighs a processor's idle time against the time
    /// that waking a thread takes.
    /// </summary>
    private static readonly TimeSpan Awake = TimeSpan.FromMilliseconds(0.5);

    private const int Spins = 20;

    private readonly SemaphoreSlim _wake = new(0);
    private readonly SharedLoop _stop = new(0, 1, _ => { });
    private readonly int _number;
    private readonly Action _done;
    private SharedLoop? _loop;
    private bool _asleep;

    /// <summary>Starts the thread.</summary>
    /// <param name="number">Its number among those that take part in a loop; whoever has the loop
    /// is 0.</param>
    /// <param name="done">Called after each loop.</param>
    public ComputeThread(int number, Action done)
    {
        (_number, _done) = (number, done);
        new Thread(Work) { IsBackground = true, Name = $"compute {number}" }.Start();
    }

    /// <summary>Whether it has to be woken for the next loop.</summary>
    public bool IsAsleep => Volatile.Read(ref _asleep);

    /// <summary>Hands over a loop to help with, if it has none.</summary>
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

    /// <summary>Ends the thread after the loop it has.</summary>
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
            for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < Awake; Thread.SpinWait(Spins))
            {
                if (Volatile.Read(ref _loop) is { } loop)
                {
                    return loop;
                }
            }

            // Either this sees the loop or whoever brings it sees that this sleeps.
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

using System.Runtime.ExceptionServices;

namespace Mnist.Distributed.Grains.Compute;

/// <summary>
/// Items that several threads take in turn. Each thread begins with an item of its own, so that as a rule the same thread has the same item, and its memory in its
/// cache, in every step; one that comes late leaves its item to the others.
/// </summary>
/// <param name="count">Items.</param>
/// <param name="body">What is done with each.</param>
internal sealed class SharedLoop(int count, Action<int> body)
{
    private readonly int[] _taken = new int[count];
    private int _done;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Takes items until none is left.</summary>
    /// <param name="thread">Number of the calling thread among those that take part.</param>
    public void Take(int thread)
    {
        for (var i = 0; i < count; i++)
        {
            var item = (thread + i) % count;
            if (Interlocked.Exchange(ref _taken[item], 1) == 0)
            {
                try
                {
                    body(item);
                }
                catch (Exception failure)
                {
                    _failure ??= ExceptionDispatchInfo.Capture(failure);
                }

                Interlocked.Increment(ref _done);
            }
        }
    }

    /// <summary>Waits, without sleeping, until all items are done.</summary>
    public void Finish()
    {
        for (var spins = 0; Volatile.Read(ref _done) < count; spins++)
        {
            Thread.SpinWait(20);
            if (spins > 1000)
            {
                Thread.Yield();
            }
        }

        _failure?.Throw();
    }
}

using System.Runtime.ExceptionServices;

namespace Mnist.Distributed.Grains.Compute;

/// <summary>
/// Items that several threads take in turn. Each thread begins at a place of its own, so that as a
/// rule the same thread has the same items, and their memory in its cache, in every step; one that
/// comes late leaves its items to the others.
/// </summary>
/// <param name="count">Items.</param>
/// <param name="threads">How many threads may take part.</param>
/// <param name="body">What is done with each.</param>
internal sealed class SharedLoop(int count, int threads, Action<int> body)
{
    private readonly byte[] _taken = new byte[count];
    private int _done;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Takes items until none is left.</summary>
    /// <param name="thread">Number of the calling thread among those that take part.</param>
    public void Take(int thread)
    {
        var first = thread * count / threads;
        for (var i = 0; i < count; i++)
        {
            var item = (first + i) % count;
            if (Interlocked.Exchange(ref _taken[item], (byte)1) == 0)
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

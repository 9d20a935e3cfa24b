using System.Runtime.ExceptionServices;

namespace Mnist.Distributed.Grains.Compute;

/// <summary>
/// The items of a loop that several threads share. Each thread begins at an item of its own. So in
/// every step a thread usually gets the same items, and has their memory in its cache. If a thread
/// comes late, the others take its items.
/// </summary>
/// <param name="count">Number of items.</param>
/// <param name="threads">Number of threads that may take part.</param>
/// <param name="body">The computation for each item.</param>
internal sealed class SharedLoop(int count, int threads, Action<int> body)
{
    private readonly byte[] _taken = new byte[count];
    private int _done;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Takes items until none is left.</summary>
    /// <param name="thread">Number of the calling thread within the loop, from 0.</param>
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

    /// <summary>Spins until all items are done, and throws the first exception.</summary>
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

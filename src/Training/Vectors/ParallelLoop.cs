namespace Mnist.Distributed.Training.Vectors;

/// <summary>Does something with each of some items, perhaps with several at once, and returns when all are done.</summary>
/// <param name="count">Number of items.</param>
/// <param name="body">What is done with each.</param>
public delegate void ParallelLoop(int count, Action<int> body);

/// <summary>The loop on one thread.</summary>
public static class SerialLoop
{
    /// <inheritdoc cref="ParallelLoop" />
    public static void Run(int count, Action<int> body)
    {
        for (var item = 0; item < count; item++)
        {
            body(item);
        }
    }
}

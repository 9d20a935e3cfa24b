namespace Mnist.Distributed.Training.Vectors;

/// <summary>
/// Runs <paramref name="body"/> for each item, possibly several at once; returns after the last.
/// </summary>
/// <param name="count">Number of items.</param>
/// <param name="body">Gets the 0-based index of an item.</param>
public delegate void ParallelLoop(int count, Action<int> body);

/// <summary>The loop that runs all items on the calling thread, in order.</summary>
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

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>Cuts a range of work into contiguous blocks of nearly equal size.</summary>
public static class Division
{
    /// <summary>
    /// First item, and index after the last item, of block <paramref name="part"/> of
    /// <paramref name="parts"/> over the items 0 to <paramref name="count"/> - 1.
    /// </summary>
    public static (int First, int End) Block(int count, int part, int parts) =>
        ((int)((long)count * part / parts), (int)((long)count * (part + 1) / parts));
}

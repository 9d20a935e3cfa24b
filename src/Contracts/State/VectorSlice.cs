namespace Mnist.Distributed.Contracts.State;

/// <summary>A part of a flat vector that is summed and sent by itself. The boundaries follow from the length alone, so everybody cuts alike.</summary>
public static class VectorSlice
{
    /// <summary>Slices begin on cache lines, so that two threads that write neighbours do not share one.</summary>
    private const int LineFloats = 16;

    /// <summary>A shorter vector is worked on by one thread: handing over a part of it takes longer than the part.</summary>
    private const int ShortFloats = 16 * 1024;

    private const int Parts = 8;

    /// <summary>Parts that a silo's threads work on at once. Follows from the length alone: a state's hash is made of those of its parts.</summary>
    public static int PartsOf(int length) => length < ShortFloats ? 1 : Parts;

    /// <summary>The elements of slice <paramref name="index"/> of <paramref name="count"/>; a short vector has empty ones.</summary>
    public static Range Of(int length, int index, int count) => Boundary(length, index, count)..Boundary(length, index + 1, count);

    private static int Boundary(int length, int index, int count)
    {
        var lines = (length + LineFloats - 1L) / LineFloats;
        return (int)Math.Min(lines * index / count * LineFloats, length);
    }
}

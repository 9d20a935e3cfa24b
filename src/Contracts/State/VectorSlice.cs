namespace Mnist.Distributed.Contracts.State;

/// <summary>
/// Divides a flat vector into slices, each of which is summed and sent separately. The boundaries
/// depend only on the length and the number of slices, so all silos cut at the same elements.
/// </summary>
public static class VectorSlice
{
    /// <summary>
    /// Floats of a cache line. Slices begin on cache lines, so two threads that write neighbouring
    /// slices never write to the same line.
    /// </summary>
    private const int LineFloats = 16;

    /// <summary>
    /// The shortest vector that several threads share. For a shorter one, the handover between
    /// threads takes longer than the work.
    /// </summary>
    private const int ShortFloats = 16 * 1024;

    private const int Parts = 8;

    /// <summary>
    /// Number of parts that the threads of a silo process at once. It depends only on the length,
    /// because the hash of a state is computed from the hashes of its parts.
    /// </summary>
    public static int PartsOf(int length) => length < ShortFloats ? 1 : Parts;

    /// <summary>
    /// The elements of slice <paramref name="index"/> of <paramref name="count"/>. A short vector
    /// may have empty slices.
    /// </summary>
    public static Range Of(int length, int index, int count) => Boundary(length, index, count)..Boundary(length, index + 1, count);

    private static int Boundary(int length, int index, int count)
    {
        var lines = (length + LineFloats - 1L) / LineFloats;
        return (int)Math.Min(lines * index / count * LineFloats, length);
    }
}

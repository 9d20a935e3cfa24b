using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Mnist.Distributed.Training.Models.Fast;

/// <summary>A grid of points in memory, with sixteen channels at each point.</summary>
/// <param name="corner">The channels of the first point.</param>
/// <param name="rowStep">Distance in floats from one row to the next.</param>
/// <param name="columnStep">Distance in floats from one column to the next.</param>
internal readonly unsafe ref struct VectorGrid(float* corner, nint rowStep, nint columnStep)
{
    /// <summary>Number of channels at a point.</summary>
    public const int Lanes = 16;

    /// <summary>Reads the upper two points of a column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Pair Two(int column) => (Load(0, column), Load(1, column));

    /// <summary>Reads the upper three points of a column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Triple Three(int column) => (Load(0, column), Load(1, column), Load(2, column));

    /// <summary>Reads the upper four points of a column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Quad Four(int column) => (Load(0, column), Load(1, column), Load(2, column), Load(3, column));

    /// <summary>Writes the first two points of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(int row, Pair points)
    {
        points.Item1.Store(At(row, 0));
        points.Item2.Store(At(row, 1));
    }

    /// <summary>Writes the first three points of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(int row, Triple points)
    {
        points.Item1.Store(At(row, 0));
        points.Item2.Store(At(row, 1));
        points.Item3.Store(At(row, 2));
    }

    /// <summary>Writes the first four points of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(int row, Quad points)
    {
        points.Item1.Store(At(row, 0));
        points.Item2.Store(At(row, 1));
        points.Item3.Store(At(row, 2));
        points.Item4.Store(At(row, 3));
    }

    /// <summary>Adds to the first four points of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int row, Quad points) => Store(
        row, (Load(row, 0) + points.Item1, Load(row, 1) + points.Item2, Load(row, 2) + points.Item3, Load(row, 3) + points.Item4));

    private float* At(int row, int column) => corner + (row * rowStep) + (column * columnStep);

    private Vector512<float> Load(int row, int column) => Vector512.Load(At(row, column));
}

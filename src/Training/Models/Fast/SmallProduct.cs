using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Mnist.Distributed.Training.Models.Fast;

/// <summary>
/// Products of matrices so small that they fit in a core's first-level cache. For these the call of
/// a library takes as long as the multiplication. Every element is a chain of multiply-adds in the
/// order of the inner index, so the bits do not depend on the vector width of the processor.
/// </summary>
internal static unsafe class SmallProduct
{
    /// <summary>The number of columns of a product must be a multiple of this number.</summary>
    public const int Columns = 2 * Lanes;

    private const int Lanes = 16;
    private const int Rows = 8;

    /// <summary>Adds the product of two matrices to a third one.</summary>
    /// <param name="left">The left factor, rows x inner.</param>
    /// <param name="right">The right factor, inner x columns, row by row.</param>
    /// <param name="sum">The matrix that the product is added to, rows x columns, row by
    /// row.</param>
    /// <param name="rows">Number of rows of the product.</param>
    /// <param name="inner">Number of columns of the left factor.</param>
    /// <param name="columns">
    /// Number of columns of the product, a multiple of <see cref="Columns"/>.
    /// </param>
    public static void Add(Factor left, float* right, float* sum, int rows, int inner, int columns)
    {
        for (var column = 0; column < columns; column += Columns)
        {
            var row = 0;
            for (; row <= rows - Rows; row += Rows)
            {
                AddRows(left.Row(row), right + column, sum + (row * columns) + column, inner, columns);
            }

            for (; row < rows; row++)
            {
                AddRow(left.Row(row), right + column, sum + (row * columns) + column, inner, columns);
            }
        }
    }

    private static void AddRows(Factor left, float* right, float* sum, int inner, nint columns)
    {
        var (rowStep, step) = (left.RowStep, left.Step);
        var (left0, right0) = Pair(sum);
        var (left1, right1) = Pair(sum + columns);
        var (left2, right2) = Pair(sum + (2 * columns));
        var (left3, right3) = Pair(sum + (3 * columns));
        var (left4, right4) = Pair(sum + (4 * columns));
        var (left5, right5) = Pair(sum + (5 * columns));
        var (left6, right6) = Pair(sum + (6 * columns));
        var (left7, right7) = Pair(sum + (7 * columns));
        var upper = left.Start;
        var lower = upper + (4 * rowStep);
        for (var i = 0; i < inner; i++)
        {
            var (leftTerm, rightTerm) = Pair(right);
            MultiplyAdd(upper, leftTerm, rightTerm, ref left0, ref right0);
            MultiplyAdd(upper + rowStep, leftTerm, rightTerm, ref left1, ref right1);
            MultiplyAdd(upper + (2 * rowStep), leftTerm, rightTerm, ref left2, ref right2);
            MultiplyAdd(upper + (3 * rowStep), leftTerm, rightTerm, ref left3, ref right3);
            MultiplyAdd(lower, leftTerm, rightTerm, ref left4, ref right4);
            MultiplyAdd(lower + rowStep, leftTerm, rightTerm, ref left5, ref right5);
            MultiplyAdd(lower + (2 * rowStep), leftTerm, rightTerm, ref left6, ref right6);
            MultiplyAdd(lower + (3 * rowStep), leftTerm, rightTerm, ref left7, ref right7);
            upper += step;
            lower += step;
            right += columns;
        }

        Store(left0, right0, sum);
        Store(left1, right1, sum + columns);
        Store(left2, right2, sum + (2 * columns));
        Store(left3, right3, sum + (3 * columns));
        Store(left4, right4, sum + (4 * columns));
        Store(left5, right5, sum + (5 * columns));
        Store(left6, right6, sum + (6 * columns));
        Store(left7, right7, sum + (7 * columns));
    }

    private static void AddRow(Factor left, float* right, float* sum, int inner, nint columns)
    {
        var (leftSum, rightSum) = Pair(sum);
        for (var i = 0; i < inner; i++)
        {
            var (leftTerm, rightTerm) = Pair(right + (i * columns));
            MultiplyAdd(left.Start + (i * left.Step), leftTerm, rightTerm, ref leftSum, ref rightSum);
        }

        Store(leftSum, rightSum, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyAdd(float* factor, Vector512<float> leftTerm, Vector512<float> rightTerm, ref Vector512<float> leftSum, ref Vector512<float> rightSum)
    {
        var factors = Vector512.Create(*factor);
        leftSum = Vector512.MultiplyAddEstimate(factors, leftTerm, leftSum);
        rightSum = Vector512.MultiplyAddEstimate(factors, rightTerm, rightSum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float> Left, Vector512<float> Right) Pair(float* at) => (Vector512.Load(at), Vector512.Load(at + Lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> left, Vector512<float> right, float* at)
    {
        left.Store(at);
        right.Store(at + Lanes);
    }

    /// <summary>
    /// A left factor. Its rows, and the elements of a row, lie at fixed distances in memory, so it
    /// may be the transpose of a matrix.
    /// </summary>
    /// <param name="start">The first element.</param>
    /// <param name="rowStep">Distance in floats from one row to the next.</param>
    /// <param name="step">Distance in floats from one element of a row to the next.</param>
    public readonly ref struct Factor(float* start, nint rowStep, nint step)
    {
        /// <summary>The first element.</summary>
        public float* Start { get; } = start;

        /// <summary>Distance in floats from one row to the next.</summary>
        public nint RowStep { get; } = rowStep;

        /// <summary>Distance in floats from one element of a row to the next.</summary>
        public nint Step { get; } = step;

        /// <summary>The rows of the factor from <paramref name="row"/> on.</summary>
        public Factor Row(int row) => new(Start + (row * RowStep), RowStep, Step);
    }
}

using System.Runtime.Intrinsics;

namespace Mnist.Distributed.Training.Models.Fast.Sparse;

/// <summary>
/// A sparse row times a dense matrix: a weighted sum of some rows of the matrix. Every column is a
/// chain of multiply-adds in the order of the terms. So the bits do not depend on the vector width
/// of the processor, nor on the number of columns that are computed together. They depend only on
/// whether the processor fuses a multiplication with the following addition. All processors since
/// 2013 do.
/// </summary>
public static class RowSums
{
    /// <summary>
    /// The number of columns to compute for all sparse rows before the next columns. 784 rows of so
    /// many columns stay in a core's second-level cache.
    /// </summary>
    public const int Tile = Wide;

    private const int Lanes = 16;
    private const int Narrow = 4 * Lanes;
    private const int Wide = 8 * Lanes;

    /// <summary>Computes <c>target = start + sum over terms of weight * rows[row]</c>.</summary>
    /// <param name="start">
    /// The vector that the sum is added to; as long as <paramref name="target"/>, in other memory.
    /// </param>
    /// <param name="terms">The sparse row.</param>
    /// <param name="rows">The matrix, from the first element of its first used column on.</param>
    /// <param name="stride">Distance in floats from one row to the next.</param>
    /// <param name="target">Receives the sum.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static unsafe void Add(ReadOnlySpan<float> start, ReadOnlySpan<Term> terms, ReadOnlySpan<float> rows, int stride, Span<float> target)
    {
        var width = target.Length;
        if (start.Length != width || stride < width)
        {
            throw new ArgumentException($"A sum of {width} columns needs as many to start with, and rows at least as long.", nameof(start));
        }

        fixed (float* from = start, matrix = rows, to = target)
        fixed (Term* first = terms)
        {
            var end = first + terms.Length;
            if (width < Lanes)
            {
                for (var column = 0; column < width; column++)
                {
                    AddOne(from + column, first, end, matrix + column, stride, to + column);
                }

                return;
            }

            for (var column = 0; column < width; column += Wide)
            {
                var columns = Math.Min(Wide, width - column);
                if (columns > Narrow)
                {
                    AddWide(from + column, first, end, matrix + column, stride, to + column, columns);
                }
                else if (columns > Lanes)
                {
                    AddNarrow(from + column, first, end, matrix + column, stride, to + column, columns);
                }
                else
                {
                    // Fewer columns than lanes are left, so the vector also covers columns that are
                    // done already. Their second result has the same bits.
                    var at = width - Lanes;
                    AddLanes(from + at, first, end, matrix + at, stride, to + at);
                }
            }
        }
    }

    /// <summary>
    /// Sums 65 to 128 columns in eight vectors. With fewer than 128 columns the last vectors
    /// overlap.
    /// </summary>
    private static unsafe void AddWide(float* start, Term* term, Term* end, float* rows, int stride, float* target, int columns)
    {
        const int at1 = Lanes, at2 = 2 * Lanes, at3 = 3 * Lanes;
        nint last = columns - Lanes;
        nint at4 = Math.Min(4 * Lanes, last), at5 = Math.Min(5 * Lanes, last), at6 = Math.Min(6 * Lanes, last);
        var sum0 = Vector512.Load(start);
        var sum1 = Vector512.Load(start + at1);
        var sum2 = Vector512.Load(start + at2);
        var sum3 = Vector512.Load(start + at3);
        var sum4 = Vector512.Load(start + at4);
        var sum5 = Vector512.Load(start + at5);
        var sum6 = Vector512.Load(start + at6);
        var sum7 = Vector512.Load(start + last);
        for (; term < end; term++)
        {
            var row = rows + ((nint)term->Row * stride);
            var weight = Vector512.Create(term->Weight);
            sum0 = Vector512.MultiplyAddEstimate(weight, Vector512.Load(row), sum0);
            sum1 = Vector512.MultiplyAddEstimate(weight, Vector512.Load(row + at1), sum1);
            sum2 = Vector512.MultiplyAddEstimate(weight, Vector512.Load(row + at2), sum2);
            sum3 = Vector512.MultiplyAddEstimate(weight, Vector512.Load(row + at3), sum3);
            sum4 = Vector512.MultiplyAddEstimate(weight, Vector512.Load(row + at4), sum4);
            sum5 = Vector512.MultiplyAddEstimate(weight, Vector512.Load(row + at5), sum5);
            sum6 = Vector512.MultiplyAddEstimate(weight, Vector512.Load(row + at6), sum6);
            sum7 = Vector512.MultiplyAddEstimate(weight, Vector512.Load(row + last), sum7);
        }

        sum0.Store(target);
        sum1.Store(target + at1);
        sum2.Store(target + at2);
        sum3.Store(target + at3);
        sum4.Store(target + at4);
        sum5.Store(target + at5);
        sum6.Store(target + at6);
        sum7.Store(target + last);
    }

    /// <summary>
    /// Sums 17 to 64 columns in four vectors. With fewer than 64 columns the last vectors overlap.
    /// </summary>
    private static unsafe void AddNarrow(float* start, Term* term, Term* end, float* rows, int stride, float* target, int columns)
    {
        nint last = columns - Lanes;
        nint at1 = Math.Min(Lanes, last), at2 = Math.Min(2 * Lanes, last);
        var sum0 = Vector512.Load(start);
        var sum1 = Vector512.Load(start + at1);
        var sum2 = Vector512.Load(start + at2);
        var sum3 = Vector512.Load(start + last);
        for (; term < end; term++)
        {
            var row = rows + ((nint)term->Row * stride);
            var weight = Vector512.Create(term->Weight);
            sum0 = Vector512.MultiplyAddEstimate(weight, Vector512.Load(row), sum0);
            sum1 = Vector512.MultiplyAddEstimate(weight, Vector512.Load(row + at1), sum1);
            sum2 = Vector512.MultiplyAddEstimate(weight, Vector512.Load(row + at2), sum2);
            sum3 = Vector512.MultiplyAddEstimate(weight, Vector512.Load(row + last), sum3);
        }

        sum0.Store(target);
        sum1.Store(target + at1);
        sum2.Store(target + at2);
        sum3.Store(target + last);
    }

    private static unsafe void AddLanes(float* start, Term* term, Term* end, float* rows, int stride, float* target)
    {
        var sum = Vector512.Load(start);
        for (; term < end; term++)
        {
            sum = Vector512.MultiplyAddEstimate(Vector512.Create(term->Weight), Vector512.Load(rows + ((nint)term->Row * stride)), sum);
        }

        sum.Store(target);
    }

    private static unsafe void AddOne(float* start, Term* term, Term* end, float* rows, int stride, float* target)
    {
        var sum = *start;
        for (; term < end; term++)
        {
            sum = float.MultiplyAddEstimate(term->Weight, rows[(nint)term->Row * stride], sum);
        }

        *target = sum;
    }
}

using System.Runtime.Intrinsics;

namespace Mnist.Distributed.Training.Sparse;

/// <summary>
/// A sparse row times a dense matrix: the weighted sum of some of the matrix' rows. Every column is a chain of fused multiply-adds in the order of the
/// terms, so the bits depend neither on the width of the processor's vectors nor on how many columns are done at a time.
/// </summary>
public static class RowSums
{
    /// <summary>Columns that are worth doing for all rows before the next ones: with 784 rows of them a matrix stays in a core's second-level cache.</summary>
    public const int Tile = 128;

    private const int Lanes = 16;
    private const int Block = 4 * Lanes;

    /// <summary>Computes <c>target = start + sum over terms of weight * rows[row]</c>.</summary>
    /// <param name="start">What is added to; as long as <paramref name="target"/>, and other memory.</param>
    /// <param name="terms">The sparse row.</param>
    /// <param name="rows">The matrix from its first used column on.</param>
    /// <param name="stride">Floats between two rows.</param>
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

            // The last block overlaps the one before it rather than to end in single columns: what both do comes out the same.
            var blockEnd = width < Block ? 0 : width;
            for (var column = 0; column < blockEnd; column += Block)
            {
                var at = Math.Min(column, width - Block);
                AddBlock(from + at, first, end, matrix + at, stride, to + at);
            }

            for (var column = blockEnd; column < width; column += Lanes)
            {
                var at = Math.Min(column, width - Lanes);
                AddLanes(from + at, first, end, matrix + at, stride, to + at);
            }
        }
    }

    private static unsafe void AddBlock(float* start, Term* term, Term* end, float* rows, int stride, float* target)
    {
        var sum0 = Vector512.Load(start);
        var sum1 = Vector512.Load(start + Lanes);
        var sum2 = Vector512.Load(start + (2 * Lanes));
        var sum3 = Vector512.Load(start + (3 * Lanes));
        for (; term < end; term++)
        {
            var row = rows + ((nint)term->Row * stride);
            var weight = Vector512.Create(term->Weight);
            sum0 = Vector512.FusedMultiplyAdd(weight, Vector512.Load(row), sum0);
            sum1 = Vector512.FusedMultiplyAdd(weight, Vector512.Load(row + Lanes), sum1);
            sum2 = Vector512.FusedMultiplyAdd(weight, Vector512.Load(row + (2 * Lanes)), sum2);
            sum3 = Vector512.FusedMultiplyAdd(weight, Vector512.Load(row + (3 * Lanes)), sum3);
        }

        sum0.Store(target);
        sum1.Store(target + Lanes);
        sum2.Store(target + (2 * Lanes));
        sum3.Store(target + (3 * Lanes));
    }

    private static unsafe void AddLanes(float* start, Term* term, Term* end, float* rows, int stride, float* target)
    {
        var sum = Vector512.Load(start);
        for (; term < end; term++)
        {
            sum = Vector512.FusedMultiplyAdd(Vector512.Create(term->Weight), Vector512.Load(rows + ((nint)term->Row * stride)), sum);
        }

        sum.Store(target);
    }

    private static unsafe void AddOne(float* start, Term* term, Term* end, float* rows, int stride, float* target)
    {
        var sum = *start;
        for (; term < end; term++)
        {
            sum = MathF.FusedMultiplyAdd(term->Weight, rows[(nint)term->Row * stride], sum);
        }

        *target = sum;
    }
}

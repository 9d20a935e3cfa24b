using Mnist.Distributed.Training.Models.Fast;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Layers;

public sealed class SmallProductTests
{
    /// <summary>
    /// Rows that are computed eight at a time, one at a time, and both; left factors that are read
    /// along rows and along columns.
    /// </summary>
    [Theory]
    [InlineData(1, 5, 32)]
    [InlineData(8, 1, 64)]
    [InlineData(17, 49, 96)]
    [InlineData(49, 32, 64)]
    public unsafe void Product_is_added_as_in_double_precision(int rows, int inner, int columns)
    {
        var random = new Random(rows);
        var (left, right, start) = (Numbers(random, rows * inner), Numbers(random, inner * columns), Numbers(random, rows * columns));
        var transposed = new float[left.Length];
        new Mnist.Distributed.Training.Vectors.StorageOrder(rows, inner).Store(left, transposed);
        var (byRow, byColumn) = ((float[])start.Clone(), (float[])start.Clone());

        fixed (float* l = left, t = transposed, r = right, a = byRow, b = byColumn)
        {
            SmallProduct.Add(new SmallProduct.Factor(l, inner, 1), r, a, rows, inner, columns);
            SmallProduct.Add(new SmallProduct.Factor(t, 1, rows), r, b, rows, inner, columns);
        }

        Assert.Equal(byRow, byColumn);
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var expected = start[(row * columns) + column] + Enumerable.Range(0, inner).Sum(i => (double)left[(row * inner) + i] * right[(i * columns) + column]);
                Assert.Equal(expected, byRow[(row * columns) + column], 1e-5);
            }
        }
    }

    private static float[] Numbers(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
}

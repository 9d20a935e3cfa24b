using static TorchSharp.torch;

namespace Mnist.Distributed.Training.Reports;

/// <summary>
/// Principal component analysis: the two directions in which vectors differ most (Pearson, 1901).
/// </summary>
internal static class PrincipalComponents
{
    /// <summary>The first two components of vectors.</summary>
    /// <param name="vectors">At least two vectors of one length, which is at least two.</param>
    public static (double X, double Y)[] Of(IReadOnlyList<float[]> vectors)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var rows = tensor(vectors.SelectMany(vector => vector).Select(element => (double)element).ToArray(), [vectors.Count, vectors[0].Length]);
        rows -= rows.mean([0], keepdim: true);

        // The eigenvalues are in ascending order.
        var (_, directions) = linalg.eigh(rows.t().mm(rows));
        var points = rows.mm(directions.flip(1)[TensorIndex.Ellipsis, TensorIndex.Slice(0, 2)]).contiguous().data<double>().ToArray();
        return [.. points.Chunk(2).Select(point => (point[0], point[1]))];
    }
}

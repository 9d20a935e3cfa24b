using System.Numerics.Tensors;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Summation;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>Collapses the gradients of a silo's workers as far as the summation tree allows, without memory of its own.</summary>
public static class ShareSum
{
    /// <summary>
    /// The largest nodes of the tree within a silo's share. Sums are written into the left worker's own buffer, which belongs to this step
    /// until the next request arrives.
    /// </summary>
    /// <param name="workers">Workers of the run.</param>
    /// <param name="owned">Those of the share.</param>
    /// <param name="leaves">Their gradients, in worker order.</param>
    /// <param name="buffers">The memory of a worker's gradient.</param>
    /// <param name="loop">Works on parts of the vectors.</param>
    public static IReadOnlyList<GradientNode> Of(int workers, WorkerRange owned, GradientNode[] leaves, Func<int, FlatVector> buffers, ParallelLoop loop) =>
    [
        .. SummationTree.NodesWithin(workers, owned).Select(node => SummationTree.Sum(
            node,
            part => part.Count == 1 ? leaves[part.First - owned.First] : null,
            (left, right) =>
            {
                var buffer = buffers(left.FirstWorker);
                var parts = VectorSlice.PartsOf(buffer.Length);
                loop(parts, part =>
                {
                    var elements = VectorSlice.Of(buffer.Length, part, parts);
                    var sum = buffer.Span[elements];
                    TensorPrimitives.Add(sum, right.Gradient.Span[elements], sum);
                });
                return new GradientNode(left.FirstWorker, right.EndWorker, left.Gradient, left.Totals + right.Totals);
            })),
    ];
}

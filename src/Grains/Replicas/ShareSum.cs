using System.Numerics.Tensors;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Training.State;
using Mnist.Distributed.Training.Summation;

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
    public static IReadOnlyList<GradientNode> Of(int workers, WorkerRange owned, GradientNode[] leaves, Func<int, FlatVector> buffers) =>
    [
        .. SummationTree.NodesWithin(workers, owned).Select(node => SummationTree.Sum(
            node,
            part => part.Count == 1 ? leaves[part.First - owned.First] : null,
            (left, right) =>
            {
                var buffer = buffers(left.FirstWorker).Span;
                TensorPrimitives.Add(buffer, right.Gradient.Span, buffer);
                return new GradientNode(left.FirstWorker, right.EndWorker, left.Gradient, left.Totals + right.Totals);
            })),
    ];
}

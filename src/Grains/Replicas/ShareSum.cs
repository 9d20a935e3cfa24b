using System.Numerics.Tensors;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Summation;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>
/// Reduces the gradients of the workers of a silo as far as the summation tree allows, without
/// memory of its own.
/// </summary>
public static class ShareSum
{
    /// <summary>
    /// Reduces a share to the largest nodes of the summation tree within it. Each sum is written
    /// into the buffer of its leftmost worker. That buffer belongs to this step until the next
    /// request arrives.
    /// </summary>
    /// <param name="workers">Number of workers of the run.</param>
    /// <param name="owned">The workers of the share.</param>
    /// <param name="leaves">The gradients of these workers, in worker order.</param>
    /// <param name="buffers">Gets the gradient buffer of a worker.</param>
    /// <param name="loop">Runs the additions of parts of the vectors on several threads.</param>
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

using System.Numerics.Tensors;

using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Summation;

namespace Mnist.Distributed.Tests.Grains.ParameterServers;

/// <summary>
/// The answers of silos to one step, made from the workers' gradients. No memory is used twice.
/// </summary>
internal static class Shares
{
    /// <summary>The answers of silos that have contiguous blocks of workers.</summary>
    /// <param name="leaves">The workers' gradients.</param>
    /// <param name="cuts">For each silo, the worker after its last one.</param>
    public static GradientNode[] Of(GradientNode[] leaves, int[] cuts) =>
    [
        .. cuts.SelectMany((end, i) => SummationTree.NodesWithin(leaves.Length, new WorkerRange(i == 0 ? 0 : cuts[i - 1], end)))
            .Select(node => Sum(leaves, node)),
    ];

    /// <summary>The sum of the tree below a node, computed in one place.</summary>
    public static GradientNode Sum(GradientNode[] leaves, WorkerRange node) =>
        SummationTree.Sum(node, part => part.Count == 1 ? leaves[part.First] : null, Add);

    public static uint[] Bits(ParameterVector vector) => Array.ConvertAll(vector.Span.ToArray(), BitConverter.SingleToUInt32Bits);

    private static GradientNode Add(GradientNode left, GradientNode right)
    {
        var sum = new float[left.Gradient.Length];
        TensorPrimitives.Add(left.Gradient.Span, right.Gradient.Span, sum);
        return new GradientNode(left.FirstWorker, right.EndWorker, new ParameterVector(sum), left.Totals + right.Totals);
    }
}

using System.Collections.Concurrent;
using System.Numerics.Tensors;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Gradients;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.State;
using Mnist.Distributed.Training.Summation;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>Where the workers of a silo compute, and the sum over their gradients.</summary>
/// <param name="plan">What the run trains.</param>
/// <param name="train">The training split.</param>
/// <param name="parameters">The replica's parameters.</param>
public sealed class WorkerGradients(TrainingPlan plan, ImageSet train, FlatVector parameters)
{
    private readonly Model _model = Model.Of(plan);
    private readonly ImageSet _samples = train.First(plan.Samples);
    private readonly ConcurrentDictionary<int, GradientComputation> _computations = [];

    /// <summary>The computation of one worker.</summary>
    public GradientComputation ComputationOf(int worker) =>
        _computations.GetOrAdd(worker, w => new GradientComputation(plan, _model, _samples, parameters, w));

    /// <summary>
    /// Collapses the workers' gradients to the largest nodes of the summation tree. Sums are written into the left worker's
    /// own buffer, which belongs to this step until the next request arrives.
    /// </summary>
    /// <exception cref="InvalidOperationException">A worker did not compute on this silo, but with another one's replica.</exception>
    public IReadOnlyList<GradientNode> Collapse(WorkerRange owned, GradientNode[] leaves)
    {
        foreach (var leaf in leaves)
        {
            if (!ReferenceEquals(leaf.Gradient, ComputationOf(leaf.FirstWorker).Gradient.Wire))
            {
                throw new InvalidOperationException($"Worker {leaf.FirstWorker} did not compute on this silo.");
            }
        }

        return [.. SummationTree.NodesWithin(plan.Workers, owned).Select(node => SummationTree.Sum(
            node,
            part => part.Count == 1 ? leaves[part.First - owned.First] : null,
            (left, right) =>
            {
                var buffer = ComputationOf(left.FirstWorker).Gradient.Span;
                TensorPrimitives.Add(buffer, right.Gradient.Span, buffer);
                return new GradientNode(left.FirstWorker, right.EndWorker, left.Gradient, left.Totals + right.Totals);
            }))];
    }

    /// <inheritdoc cref="IShareComputation.LeaveBuffers" />
    public void LeaveBuffers()
    {
        foreach (var computation in _computations.Values)
        {
            computation.Dispose();
        }

        _computations.Clear();
    }
}

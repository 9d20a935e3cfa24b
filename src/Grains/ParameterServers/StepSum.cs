using System.Numerics.Tensors;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Gradients;
using Mnist.Distributed.Training.Summation;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// Completes the summation tree over the replicas' shares and divides by the samples. Its buffers are used again:
/// an average lives until the one after the next is made, by which time every replica has answered a request that carried it.
/// </summary>
public sealed class StepSum(int workers)
{
    private readonly List<float[]> _sums = [];
    private float[] _average = [];
    private float[] _previousAverage = [];

    /// <summary>The update that a step's shares amount to.</summary>
    /// <param name="step">The step.</param>
    /// <param name="shares">Disjoint nodes of the tree that cover all workers.</param>
    /// <param name="record">What the ledger notes of the step.</param>
    /// <exception cref="ArgumentException">A worker's gradient is missing.</exception>
    public StepUpdate Complete(long step, IEnumerable<GradientNode> shares, StepRecord? record = null)
    {
        var known = shares.ToDictionary(node => new WorkerRange(node.FirstWorker, node.EndWorker));
        var used = 0;
        var root = SummationTree.Sum(
            new WorkerRange(0, workers),
            range => known.GetValueOrDefault(range),
            (left, right) =>
            {
                var sum = Buffer(used++, left.Gradient.Length);
                TensorPrimitives.Add(left.Gradient.Span, right.Gradient.Span, sum);
                return new GradientNode(left.FirstWorker, right.EndWorker, new ParameterVector(sum), left.Totals + right.Totals);
            });

        (_average, _previousAverage) = (_previousAverage, _average);
        if (_average.Length != root.Gradient.Length)
        {
            _average = new float[root.Gradient.Length];
        }

        GradientAverage.Divide(root.Gradient.Span, root.Totals.Samples, _average);
        return new StepUpdate(step, new ParameterVector(_average), root.Totals, record);
    }

    /// <summary>Leaves the buffers to whoever may still read them: after a call that was given up.</summary>
    public void Abandon()
    {
        _average = [];
        _previousAverage = [];
    }

    private float[] Buffer(int index, int length)
    {
        if (index == _sums.Count)
        {
            _sums.Add(new float[length]);
        }

        return _sums[index];
    }
}

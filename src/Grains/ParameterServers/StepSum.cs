using System.Numerics.Tensors;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Summation;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// Completes the summation tree over the replicas' shares. Its buffers are used again: the sum of a
/// step lives until the one after the next is made, by which time every replica has answered a
/// request that carried it.
/// </summary>
public sealed class StepSum(int workers)
{
    private readonly List<FlatVector> _inner = [];
    private FlatVector? _sum;
    private FlatVector? _previousSum;

    /// <summary>The update that a step's shares amount to.</summary>
    /// <param name="step">The step.</param>
    /// <param name="shares">Disjoint nodes of the tree that cover all workers.</param>
    /// <param name="record">What the ledger notes of the step.</param>
    /// <param name="borrow">Whether a share that is the whole sum may be passed on as it is:
    /// whoever reads it does so before it is written again.</param>
    /// <exception cref="ArgumentException">A worker's gradient is missing or there
    /// twice.</exception>
    public StepUpdate Complete(long step, IReadOnlyList<GradientNode> shares, StepRecord? record = null, bool borrow = false)
    {
        if (shares.Sum(share => share.EndWorker - share.FirstWorker) != workers)
        {
            throw new ArgumentException($"The shares are not those of {workers} workers.", nameof(shares));
        }

        var used = 0;
        var all = new WorkerRange(0, workers);
        var root = SummationTree.Sum(
            all,
            range => shares.FirstOrDefault(share => share.FirstWorker == range.First && share.EndWorker == range.End),
            (left, right) =>
            {
                var isRoot = left.FirstWorker == 0 && right.EndWorker == workers;
                var sum = isRoot ? NextSum(left.Gradient.Length) : Inner(used++, left.Gradient.Length);
                TensorPrimitives.Add(left.Gradient.Span, right.Gradient.Span, sum.Span);
                return new GradientNode(left.FirstWorker, right.EndWorker, sum.Wire, left.Totals + right.Totals);
            });

        if (shares.Count == 1 && !borrow)
        {
            return new StepUpdate(step, Join([root.Gradient]), root.Totals, record);
        }

        return new StepUpdate(step, root.Gradient, root.Totals, record);
    }

    /// <summary>A vector of the slices' elements.</summary>
    public ParameterVector Join(IReadOnlyList<ParameterVector> slices)
    {
        var sum = NextSum(slices.Sum(slice => slice.Length));
        var end = 0;
        foreach (var slice in slices)
        {
            slice.Span.CopyTo(sum.Span[end..]);
            end += slice.Length;
        }

        return sum.Wire;
    }

    /// <summary>
    /// Leaves the buffers to whoever may still read them: after a call that was given up.
    /// </summary>
    public void ReplaceBuffers()
    {
        _sum = null;
        _previousSum = null;
    }

    private FlatVector NextSum(int length)
    {
        (_sum, _previousSum) = (_previousSum, _sum);
        return _sum is { } sum && sum.Length == length ? sum : _sum = new FlatVector(length, shared: true);
    }

    private FlatVector Inner(int index, int length)
    {
        if (index == _inner.Count)
        {
            _inner.Add(new FlatVector(length));
        }

        return _inner[index];
    }
}

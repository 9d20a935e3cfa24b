using System.Numerics.Tensors;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Summation;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// Completes the summation tree over the shares of the replicas. It uses its buffers again: the sum
/// of step t is overwritten by the sum of step t + 2. By then every replica has answered the
/// request for step t + 1, which carried the sum of step t.
/// </summary>
public sealed class StepSum(int workers)
{
    private readonly List<FlatVector> _inner = [];
    private FlatVector? _sum;
    private FlatVector? _previousSum;

    /// <summary>Builds the update of a step from the shares.</summary>
    /// <param name="step">The step, counted from the start of the run.</param>
    /// <param name="shares">Disjoint nodes of the summation tree that cover all workers.</param>
    /// <param name="record">The ledger entry of the step.</param>
    /// <param name="borrow">
    /// Whether a share that is the whole sum may be passed on without a copy. The caller knows that
    /// all readers are done with it before it is overwritten.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The gradient of a worker is missing or occurs twice.
    /// </exception>
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

    /// <summary>Concatenates the slices into one vector.</summary>
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
    /// Uses new buffers from now on. It is called after a call was given up, because the callee may
    /// still read the old buffers.
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

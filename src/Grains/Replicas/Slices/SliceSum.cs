using System.Numerics.Tensors;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Summation;

namespace Mnist.Distributed.Grains.Replicas.Slices;

/// <summary>
/// Adds up the slices that have come from the parts of a fan-out tree. Its memory belongs to a step until the next one is asked for; a step that is asked for
/// again gets other memory, since the answer to the first request may still be on its way.
/// </summary>
/// <param name="workers">Workers of the run.</param>
public sealed class SliceSum(int workers)
{
    private readonly Dictionary<int, Scratch> _scratch = [];

    /// <summary>Collapses nodes to the largest ones of the summation tree.</summary>
    /// <param name="step">The step they are of.</param>
    /// <param name="slice">The slice they are of.</param>
    /// <param name="nodes">Disjoint nodes that cover a contiguous range of workers.</param>
    public IReadOnlyList<GradientNode> Of(long step, int slice, IReadOnlyList<GradientNode> nodes)
    {
        if (nodes.Count < 2)
        {
            return nodes;
        }

        var scratch = ScratchFor(step, slice);
        var owned = new WorkerRange(nodes.Min(node => node.FirstWorker), nodes.Max(node => node.EndWorker));
        return
        [
            .. SummationTree.NodesWithin(workers, owned).Select(root => SummationTree.Sum(
                root,
                range => nodes.FirstOrDefault(node => node.FirstWorker == range.First && node.EndWorker == range.End),
                (left, right) =>
                {
                    var sum = scratch.Next(left.Gradient.Length);
                    TensorPrimitives.Add(left.Gradient.Span, right.Gradient.Span, sum.Span);
                    return new GradientNode(left.FirstWorker, right.EndWorker, new ParameterVector(sum), left.Totals + right.Totals);
                })),
        ];
    }

    /// <inheritdoc cref="IShareComputation.LeaveBuffers" />
    public void LeaveBuffers()
    {
        lock (_scratch)
        {
            _scratch.Clear();
        }
    }

    private Scratch ScratchFor(long step, int slice)
    {
        lock (_scratch)
        {
            if (_scratch.TryGetValue(slice, out var known) && known.Step < step)
            {
                known.Begin(step);
                return known;
            }

            return _scratch[slice] = new Scratch(step);
        }
    }

    private sealed class Scratch(long step)
    {
        private readonly List<float[]> _buffers = [];
        private int _used;

        public long Step { get; private set; } = step;

        public void Begin(long next) => (Step, _used) = (next, 0);

        public Memory<float> Next(int length)
        {
            if (_used == _buffers.Count)
            {
                _buffers.Add(new float[length]);
            }
            else if (_buffers[_used].Length < length)
            {
                _buffers[_used] = new float[length];
            }

            return _buffers[_used++].AsMemory(0, length);
        }
    }
}

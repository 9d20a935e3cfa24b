using System.Collections.Concurrent;
using System.Numerics.Tensors;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Summation;

namespace Mnist.Distributed.Grains.Replicas.Slices;

/// <summary>
/// Sums the slices that a silo gets from the parts of a fan-out tree. The memory of a sum belongs
/// to its step until the next step is asked for. If a step is asked for again, new memory is used,
/// because the answer to the first request may still be in transit.
/// </summary>
/// <param name="workers">Number of workers of the run.</param>
public sealed class SliceSum(int workers)
{
    private readonly ConcurrentDictionary<int, Scratch> _scratch = [];

    /// <summary>Reduces nodes to the largest nodes of the summation tree.</summary>
    /// <param name="step">The step of the nodes, counted from the start of the run.</param>
    /// <param name="slice">Index of the slice of the nodes.</param>
    /// <param name="nodes">Disjoint nodes that cover a contiguous range of workers.</param>
    public IReadOnlyList<GradientNode> Of(long step, int slice, IReadOnlyList<GradientNode> nodes)
    {
        if (nodes.Count < 2)
        {
            return nodes;
        }

        // An answer for a superseded parameter server may be summed at the same time as an answer
        // for the new one.
        var scratch = _scratch.GetOrAdd(slice, _ => new Scratch());
        lock (scratch)
        {
            scratch.Begin(step);
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
    }

    /// <inheritdoc cref="IShareComputation.ReplaceBuffers" />
    public void ReplaceBuffers() => _scratch.Clear();

    private sealed class Scratch
    {
        private List<float[]> _buffers = [];
        private long _step = -1;
        private int _used;

        public void Begin(long step)
        {
            if (step <= _step)
            {
                _buffers = [];
            }

            (_step, _used) = (Math.Max(step, _step), 0);
        }

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

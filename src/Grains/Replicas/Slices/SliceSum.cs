using System.Collections.Concurrent;
using System.Numerics.Tensors;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Summation;

namespace Mnist.Distributed.Grains.Replicas.Slices;

/// <summary>
/// Adds up the slices that have come from the parts of a fan-out tree. Its memory belongs to a step
/// until the next one is asked for; a step that is asked for again gets other memory, since the
/// answer to the first request may still be on its way.
/// </summary>
/// <param name="workers">Workers of the run.</param>
public sealed class SliceSum(int workers)
{
    private readonly ConcurrentDictionary<int, Scratch> _scratch = [];

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

        // An answer to a parameter server that has been superseded may come while the new one's is
        // summed.
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

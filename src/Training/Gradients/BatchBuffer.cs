using System.Runtime.InteropServices;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.State;
using static TorchSharp.torch;

namespace Mnist.Distributed.Training.Gradients;

/// <summary>
/// A batch as tensors over memory that is used again for every batch. Pixels are scaled to [0, 1] and then normalised
/// with mean 0.5 and deviation 0.5, as the recipe's transforms do.
/// </summary>
public sealed class BatchBuffer : IDisposable
{
    private static readonly float[] Normalised = [.. Enumerable.Range(0, 256).Select(pixel => ((pixel / 255f) - 0.5f) / 0.5f)];

    private readonly RowBuffer _images;
    private readonly long[] _labels;
    private readonly Dictionary<int, Tensor> _labelViews = [];

    /// <summary>A buffer for up to <paramref name="capacity"/> samples.</summary>
    public BatchBuffer(int capacity)
    {
        _images = new RowBuffer(capacity, ImageSet.Pixels);
        _labels = GC.AllocateArray<long>(capacity, pinned: true);
    }

    /// <summary>Fills the buffer with the samples at <paramref name="indexes"/>.</summary>
    /// <returns>Images n x 784 and labels n; they belong to the buffer and change with the next call.</returns>
    public (Tensor Images, Tensor Labels) Gather(ImageSet set, ReadOnlySpan<int> indexes)
    {
        for (var i = 0; i < indexes.Length; i++)
        {
            var pixels = set.Image(indexes[i]);
            var target = _images.Row(i);
            for (var pixel = 0; pixel < pixels.Length && pixel < target.Length; pixel++)
            {
                target[pixel] = Normalised[pixels[pixel]];
            }

            _labels[i] = set.Labels[indexes[i]];
        }

        return (_images.First(indexes.Length), LabelView(indexes.Length));
    }

    /// <summary>Counts the samples of the last <see cref="Gather"/> whose largest output is at their label.</summary>
    /// <param name="outputs">Network outputs, n x 10.</param>
    /// <param name="first">First sample.</param>
    /// <param name="end">Sample after the last.</param>
    public int CountCorrect(ReadOnlySpan<float> outputs, int first, int end)
    {
        var correct = 0;
        for (var i = first; i < end; i++)
        {
            var row = outputs.Slice(i * ImageSet.Classes, ImageSet.Classes);
            var best = 0;
            for (var c = 1; c < row.Length; c++)
            {
                best = row[c] > row[best] ? c : best;
            }

            correct += best == _labels[i] ? 1 : 0;
        }

        return correct;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _images.Dispose();
        foreach (var labels in _labelViews.Values)
        {
            labels.Dispose();
        }

        _labelViews.Clear();
    }

    private Tensor LabelView(int count)
    {
        ref var view = ref CollectionsMarshal.GetValueRefOrAddDefault(_labelViews, count, out _);
        return view ??= frombuffer(_labels, ScalarType.Int64, count).DetachFromDisposeScope();
    }
}

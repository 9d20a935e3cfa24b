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

    private readonly FlatVector _images;
    private readonly long[] _labels;
    private readonly Dictionary<int, (Tensor Images, Tensor Labels)> _views = [];

    /// <summary>A buffer for up to <paramref name="capacity"/> samples.</summary>
    public BatchBuffer(int capacity)
    {
        _images = new FlatVector(capacity * ImageSet.Pixels);
        _labels = GC.AllocateArray<long>(capacity, pinned: true);
    }

    /// <summary>Fills the buffer with the samples at <paramref name="indexes"/>.</summary>
    /// <returns>Images n x 784 and labels n; they belong to the buffer and change with the next call.</returns>
    public (Tensor Images, Tensor Labels) Gather(ImageSet set, ReadOnlySpan<int> indexes)
    {
        for (var i = 0; i < indexes.Length; i++)
        {
            var pixels = set.Image(indexes[i]);
            var target = _images.Span.Slice(i * ImageSet.Pixels, ImageSet.Pixels);
            for (var pixel = 0; pixel < pixels.Length && pixel < target.Length; pixel++)
            {
                target[pixel] = Normalised[pixels[pixel]];
            }

            _labels[i] = set.Labels[indexes[i]];
        }

        return View(indexes.Length);
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
        foreach (var (images, labels) in _views.Values)
        {
            images.Dispose();
            labels.Dispose();
        }

        _views.Clear();
    }

    private (Tensor Images, Tensor Labels) View(int count)
    {
        ref var view = ref CollectionsMarshal.GetValueRefOrAddDefault(_views, count, out var exists);
        if (!exists)
        {
            view = (
                _images.View(0, [count, ImageSet.Pixels]).DetachFromDisposeScope(),
                frombuffer(_labels, ScalarType.Int64, count, 0).DetachFromDisposeScope());
        }

        return view;
    }
}

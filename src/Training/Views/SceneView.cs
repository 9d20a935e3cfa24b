using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Training.Views;

/// <summary>
/// A view that draws a scene for every sample. Nothing is stored but the batch of the moment.
/// </summary>
/// <param name="split">The split from which the scenes are drawn; it gives the labels.</param>
/// <param name="shape">Shape of a scene.</param>
/// <param name="targetLength">Number of numbers of a target.</param>
/// <param name="draw">Draws a scene.</param>
public sealed class SceneView(ImageSet split, SampleShape shape, int targetLength, Scene draw) : ISampleView
{
    private byte[] _pixels = [];
    private ushort[] _labels = [];
    private float[] _targets = [];
    private int[] _order = [];
    private ImageSet _scenes = new(default, default, shape);

    /// <inheritdoc />
    public int ImagesPerSample => 1;

    /// <inheritdoc />
    public Batch Gather(ReadOnlySpan<int> indexes, int epoch)
    {
        Reserve(indexes.Length);
        _pixels.AsSpan(0, indexes.Length * shape.Pixels).Clear();
        for (var at = 0; at < indexes.Length; at++)
        {
            _labels[at] = split.Labels[indexes[at]];
            draw(indexes[at], _pixels.AsSpan(at * shape.Pixels, shape.Pixels), _targets.AsSpan(at * targetLength, targetLength));
        }

        return new Batch(_scenes, _order.AsSpan(0, indexes.Length)) { Targets = _targets.AsSpan(0, indexes.Length * targetLength) };
    }

    /// <inheritdoc />
    public void Prefetch(ReadOnlySpan<int> indexes) => new Batch(split, indexes).Prefetch();

    private void Reserve(int samples)
    {
        if (_order.Length >= samples)
        {
            return;
        }

        _pixels = new byte[samples * shape.Pixels];
        _labels = new ushort[samples];
        _targets = new float[samples * targetLength];
        _order = [.. Enumerable.Range(0, samples)];
        _scenes = new ImageSet(_pixels, _labels, shape);
    }
}

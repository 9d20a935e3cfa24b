using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Models;

namespace Mnist.Distributed.Training.Views;

/// <summary>
/// A view of a split whose targets are the outputs of a teacher. The teacher computes one image at
/// a time, so that its outputs do not depend on the images beside it, and only when the image is
/// seen for the first time.
/// </summary>
/// <param name="split">The split.</param>
/// <param name="teacher">The teacher.</param>
public sealed class TeacherView(ImageSet split, Teacher teacher) : ISampleView, IDisposable
{
    private readonly int _width = teacher.Model.Outputs;
    private readonly Network _network = teacher.Model.Bind(new NetworkBinding(teacher.Model.Layout, teacher.Parameters, Gradient: null, MaxBatch: 1));
    private readonly float[]?[] _outputs = new float[split.Count][];
    private float[] _targets = [];

    /// <inheritdoc />
    public int ImagesPerSample => 1;

    /// <inheritdoc />
    public Batch Gather(ReadOnlySpan<int> indexes, int epoch)
    {
        if (_targets.Length < indexes.Length * _width)
        {
            _targets = new float[indexes.Length * _width];
        }

        for (var at = 0; at < indexes.Length; at++)
        {
            var index = indexes.Slice(at, 1);
            var outputs = _outputs[index[0]] ??= _network.Evaluate(new Batch(split, index)).ToArray();
            outputs.CopyTo(_targets, at * _width);
        }

        return new Batch(split, indexes) { Targets = _targets.AsSpan(0, indexes.Length * _width) };
    }

    /// <inheritdoc />
    public void Prefetch(ReadOnlySpan<int> indexes) => new Batch(split, indexes).Prefetch();

    /// <inheritdoc />
    public void Dispose() => _network.Dispose();
}

using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Metrics;
using Mnist.Distributed.Training.Objectives;
using Mnist.Distributed.Training.Views;

namespace Mnist.Distributed.Training.Tasks;

/// <summary>
/// Segmentation: which pixels belong to the digit, under clutter and noise? There is one output for
/// each pixel of a plane; an output above 0 means ink.
/// </summary>
/// <param name="data">The shape of the data set.</param>
public sealed class MaskTask(DataShape data) : LearningTask(data)
{
    private const int Pieces = 4;
    private const int Side = 6;
    private const int Noise = 64;

    /// <summary>The entry of the catalogue.</summary>
    public static readonly TaskDefinition Definition = new(
        "ink", "which pixels belong to the digit, under clutter and noise", "dice", [], (data, _) => new MaskTask(data));

    /// <inheritdoc />
    public override int Outputs => Data.Sample.Rows * Data.Sample.Columns;

    /// <inheritdoc />
    public override PictureFit Fit => PictureFit.Whole;

    /// <inheritdoc />
    public override Answer Read(ReadOnlySpan<float> outputs) => Pixels(outputs);

    /// <inheritdoc />
    public override Answer Truth(Batch batch) => Pixels(batch.Target(0));

    /// <summary>The objective of a loss that compares the outputs with a mask of 0 and 1.</summary>
    public IObjective Objective(ILoss<ReadOnlySpan<float>> loss) => new PerSampleObjective<ReadOnlySpan<float>>(new Masks(this), loss, new MaskDice(), new MaskIoU());

    private static Answer.Mask Pixels(ReadOnlySpan<float> numbers)
    {
        var pixels = new bool[numbers.Length];
        for (var at = 0; at < pixels.Length; at++)
        {
            pixels[at] = numbers[at] > 0;
        }

        return new(pixels);
    }

    private sealed class Masks(MaskTask task) : ITargets<ReadOnlySpan<float>>
    {
        public int Outputs => task.Outputs;

        public ISampleView View(ImageSet split, SceneKey key) => new SceneView(split, task.Input, Outputs, (index, image, target) =>
        {
            var random = key.Of(index);
            split.Image(index).CopyTo(image);
            for (var at = 0; at < target.Length; at++)
            {
                target[at] = Ink.IsAt(image, target.Length, at) ? 1 : 0;
            }

            Clutter.Draw(ref random, split, Pieces, Side, image, task.Input);
            Clutter.AddNoise(ref random, Noise, image);
        });

        public ReadOnlySpan<float> Of(Batch batch, int sample) => batch.Target(sample);
    }
}

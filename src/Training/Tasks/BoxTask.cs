using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Metrics;
using Mnist.Distributed.Training.Objectives;
using Mnist.Distributed.Training.Views;

namespace Mnist.Distributed.Training.Tasks;

/// <summary>
/// Detection: where is the digit on a cluttered canvas with twice its sides? There are four outputs
/// for each image (<see cref="Box.OfOutputs"/>).
/// </summary>
/// <param name="data">The shape of the data set.</param>
public sealed class BoxTask(DataShape data) : LearningTask(data)
{
    private const int Pieces = 6;
    private const int Side = 8;

    /// <summary>The entry of the catalogue.</summary>
    public static readonly TaskDefinition Definition = new(
        "boxes", "where the digit is on a cluttered canvas with twice its sides", "iou", [], (data, _) => new BoxTask(data));

    /// <inheritdoc />
    public override SampleShape Input { get; } = data.Sample with { Rows = 2 * data.Sample.Rows, Columns = 2 * data.Sample.Columns };

    /// <inheritdoc />
    public override int Outputs => Box.Numbers;

    /// <inheritdoc />
    public override PictureFit Fit => PictureFit.Whole;

    /// <inheritdoc />
    public override Answer Read(ReadOnlySpan<float> outputs) => new Answer.Place(Box.OfOutputs(outputs));

    /// <inheritdoc />
    public override Answer Truth(Batch batch) => new Answer.Place(OfNumbers(batch.Target(0)));

    /// <summary>The objective of a loss that compares the outputs with a box.</summary>
    public IObjective Objective(ILoss<Box> loss) => new PerSampleObjective<Box>(new Boxes(this), loss, new BoxIoU(), new BoxFound());

    private static Box OfNumbers(ReadOnlySpan<float> numbers) => new(numbers[0], numbers[1], numbers[2], numbers[3]);

    private sealed class Boxes(BoxTask task) : ITargets<Box>
    {
        public int Outputs => task.Outputs;

        public ISampleView View(ImageSet split, SceneKey key) => new SceneView(split, task.Input, Box.Numbers, (index, image, target) =>
        {
            var (random, sample, canvas) = (key.Of(index), split.Sample, task.Input);
            Clutter.Draw(ref random, split, Pieces, Side, image, canvas);
            var digit = split.Image(index);
            var (row, column) = (random.NextInt32(canvas.Rows - sample.Rows + 1), random.NextInt32(canvas.Columns - sample.Columns + 1));
            Clutter.Paste(digit, sample, (0, 0), (sample.Rows, sample.Columns), image, canvas, (row, column));
            var ink = Ink.Bounds(digit, sample);
            target[0] = (column + ink.Column + (ink.Columns / 2f)) / canvas.Columns;
            target[1] = (row + ink.Row + (ink.Rows / 2f)) / canvas.Rows;
            target[2] = (float)ink.Columns / canvas.Columns;
            target[3] = (float)ink.Rows / canvas.Rows;
        });

        public Box Of(Batch batch, int sample) => OfNumbers(batch.Target(sample));
    }
}

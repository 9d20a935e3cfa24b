using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Metrics;
using Mnist.Distributed.Training.Objectives;
using Mnist.Distributed.Training.Views;

namespace Mnist.Distributed.Training.Tasks;

/// <summary>
/// Reading: which 1 to 5 digits are written side by side? The network divides an image into columns
/// of four pixels. It gives an output for each column, and in it for each class and, last, for
/// blank.
/// </summary>
public sealed class StringTask : LearningTask
{
    /// <summary>Number of pixels of a column.</summary>
    public const int PixelsPerColumn = 4;

    private const int MostSymbols = 5;
    private const int MostGap = 4;

    /// <summary>The entry of the catalogue.</summary>
    public static readonly TaskDefinition Definition = new(
        "strings", "which 1 to 5 digits are written side by side", "ctc", [], (data, _) => new StringTask(data));

    /// <summary>Makes the task.</summary>
    /// <param name="data">The shape of the data set.</param>
    /// <exception cref="InvalidInputException">
    /// The images are too narrow for strings of five.
    /// </exception>
    public StringTask(DataShape data)
        : base(data)
    {
        // 28 columns of an image become 128 of a string.
        var columns = (data.Sample.Columns * 32) + 6;
        Input = data.Sample with { Columns = columns / 7 / PixelsPerColumn * PixelsPerColumn };
        var needed = (2 * MostSymbols) - 1;
        InvalidInputException.Require(
            Columns >= needed && Input.Columns <= ImageSize.Most,
            $"Strings of {MostSymbols} images of {data.Sample.Columns} columns are {Input.Columns} pixels wide, and must be from {needed * PixelsPerColumn} (between two equal symbols must be a blank) to {ImageSize.Most}: resize the images with ImageSize.",
            nameof(ImageSize));
    }

    /// <inheritdoc />
    public override SampleShape Input { get; }

    /// <summary>Number of columns for which there are outputs.</summary>
    public int Columns => Input.Columns / PixelsPerColumn;

    /// <inheritdoc />
    public override int Outputs => Columns * (Data.Classes.Count + 1);

    /// <inheritdoc />
    public override PictureFit Fit => PictureFit.Line;

    /// <inheritdoc />
    public override Answer Read(ReadOnlySpan<float> outputs) => new Answer.Text(ColumnDecoder.Beam.Read(outputs, Data.Classes.Count + 1));

    /// <inheritdoc />
    public override Answer Truth(Batch batch) => new Answer.Text(new Symbols(batch.Target(0)).ToArray());

    /// <summary>
    /// The objective of a loss that compares the outputs of all columns with a string.
    /// </summary>
    public IObjective Objective(ILoss<Symbols> loss)
    {
        var width = Data.Classes.Count + 1;
        return new PerSampleObjective<Symbols>(
            new Strings(this),
            loss,
            new LabelErrorRate(width, ColumnDecoder.Greedy),
            new WholeStrings(width, ColumnDecoder.Greedy),
            new LabelErrorRate(width, ColumnDecoder.Beam),
            new WholeStrings(width, ColumnDecoder.Beam));
    }

    private sealed class Strings(StringTask task) : ITargets<Symbols>
    {
        public int Outputs => task.Outputs;

        public ISampleView View(ImageSet split, SceneKey key) => new SceneView(split, task.Input, Symbols.Numbers(MostSymbols), (index, image, target) =>
        {
            var random = key.Of(index);
            Span<int> symbols = stackalloc int[MostSymbols];
            Span<(int Column, int Columns)> cuts = stackalloc (int, int)[MostSymbols];
            var count = 1 + random.NextInt32(MostSymbols);
            var spare = task.Input.Columns;
            for (var at = 0; at < count; at++)
            {
                symbols[at] = at == 0 ? index : random.NextInt32(split.Count);
                cuts[at] = Cut(split, symbols[at], task.Input.Columns / MostSymbols);
                target[at + 1] = split.Labels[symbols[at]];
                spare -= cuts[at].Columns;
            }

            target[0] = count;
            var column = 0;
            for (var at = 0; at < count; at++)
            {
                // Before the first symbol may be any free place, before the others a small gap.
                var gap = at == 0 ? random.NextInt32(Math.Max(0, spare - (MostGap * (count - 1))) + 1) : random.NextInt32(Math.Min(MostGap, spare) + 1);
                column += gap;
                spare -= gap;
                var size = (split.Sample.Rows, cuts[at].Columns);
                Clutter.Paste(split.Image(symbols[at]), split.Sample, (0, cuts[at].Column), size, image, task.Input, (0, column));
                column += cuts[at].Columns;
            }
        });

        public Symbols Of(Batch batch, int sample) => new(batch.Target(sample));

        /// <summary>The columns of an image with ink, at most as many as fit.</summary>
        private static (int Column, int Columns) Cut(ImageSet split, int index, int most)
        {
            var ink = Ink.Bounds(split.Image(index), split.Sample);
            var columns = Math.Min(ink.Columns, most);
            return (ink.Column + ((ink.Columns - columns) / 2), columns);
        }
    }
}

using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// Two CSV files, <c>train.csv</c> and <c>test.csv</c>, with a line for each image: its label, then
/// its pixels, row by row. <see cref="CsvReader"/> says what a line may be. Labels that are all
/// whole numbers count from 0; other labels are the names of the classes, in ordinal order.
/// </summary>
public sealed class CsvFormat : IDataFormat
{
    private static readonly string[] Splits = ["train.csv", "test.csv"];

    /// <inheritdoc />
    public string Name => "CSV";

    /// <inheritdoc />
    public string Files => string.Join(" and ", Splits);

    /// <inheritdoc />
    public string Kind => "CSV";

    /// <inheritdoc />
    public bool IsIn(string folder) => Missing(folder).Count < Splits.Length;

    /// <inheritdoc />
    public IReadOnlyList<string> Missing(string folder) => [.. Splits.Where(name => Find(folder, name) is null)];

    /// <inheritdoc />
    public DataContent Read(string folder, ClassList usual, ImageSize? size)
    {
        var paths = Splits.Select(name => Find(folder, name) ?? Path.Combine(folder, name)).ToArray();
        var (train, test) = (CsvReader.Read(paths[0]), CsvReader.Read(paths[1]));
        InvalidInputException.Require(
            train.Width == test.Width,
            $"{Printable.Of(paths[0])} has {train.Width} pixels in a line and {Printable.Of(paths[1])} has {test.Width}: give images of one size.");
        var shape = Shape(train.Width, size, Printable.Of(paths[0]));
        var (classes, labels) = CsvLabels.Of(train, test, usual, Printable.Of(paths[0]), Printable.Of(paths[1]));
        return new DataContent(new ImageSet(train.Pixels, labels.Train, shape), new ImageSet(test.Pixels, labels.Test, shape), classes, _ => null)
        {
            // Another form with as many pixels may be what the lines hold.
            Note = size is { } wanted && wanted.Pixels == train.Width && wanted.Rows != shape.Rows
                ? $"The lines of {Printable.Of(paths[0])} are read as square images of {shape.Rows} x {shape.Columns} pixels and resized to {wanted}."
                : null,
        };
    }

    /// <summary>
    /// The shape of the images: a square, or else that of <paramref name="size"/> if it has as many
    /// pixels.
    /// </summary>
    private static SampleShape Shape(int pixels, ImageSize? size, string file)
    {
        var side = (int)Math.Sqrt(pixels);
        if (side * side == pixels)
        {
            return new SampleShape(1, side, side);
        }

        InvalidInputException.Require(
            size?.Pixels == pixels,
            $"{file} has {pixels} pixels in a line, which is no square{(size is null ? "" : $" and not {size}")}: give their rows and columns with ImageSize.",
            nameof(ImageSize));
        return new SampleShape(1, size!.Value.Rows, size.Value.Columns);
    }

    private static string? Find(string folder, string name) =>
        new[] { name, name + ".gz", "mnist_" + name, $"mnist_{name}.gz" }.Select(file => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
}

using System.Globalization;

namespace Mnist.Distributed.Contracts.Data;

/// <summary>The size of an image in pixels, without its channels.</summary>
/// <param name="Rows">Rows, 1 to 512.</param>
/// <param name="Columns">Columns, 1 to 512.</param>
[GenerateSerializer, Immutable, Alias("mnist.ImageSize")]
public readonly record struct ImageSize([property: Id(0)] int Rows, [property: Id(1)] int Columns)
{
    /// <summary>The largest number of rows, and of columns.</summary>
    public const int Most = 512;

    /// <summary>Whether both sides are from 1 to 512.</summary>
    public bool IsValid => Rows is >= 1 and <= Most && Columns is >= 1 and <= Most;

    /// <summary>Number of pixels of one channel.</summary>
    public int Pixels => Rows * Columns;

    /// <summary>Reads <c>N</c> (a square) or <c>RxC</c> (rows x columns).</summary>
    /// <returns>The size; null if the text is no size from 1 x 1 to 512 x 512.</returns>
    public static ImageSize? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var sides = text.Split('x');
        if (sides.Length > 2
            || !int.TryParse(sides[0], NumberStyles.None, CultureInfo.InvariantCulture, out var rows)
            || !int.TryParse(sides[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var columns))
        {
            return null;
        }

        var size = new ImageSize(rows, columns);
        return size.IsValid ? size : null;
    }

    /// <summary>The size as text, such as <c>28x28</c>.</summary>
    public override string ToString() => $"{Rows}x{Columns}";
}

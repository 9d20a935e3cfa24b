using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;

namespace Mnist.Distributed.Training.Data;

/// <summary>Brings images and labels from their files into the usual arrangement.</summary>
internal static class IdxArrangement
{
    /// <summary>Labels that count from 0, and images that stand upright.</summary>
    /// <param name="samples">The samples as they are in the files.</param>
    /// <param name="layout">The layout of the files.</param>
    /// <param name="file">The name of the file of labels in messages.</param>
    /// <exception cref="InvalidInputException">A label is below the first one.</exception>
    public static ImageSet Usual(ImageSet samples, IdxLayout layout, string file)
    {
        if (layout is { FirstLabel: 0, IsTransposed: false })
        {
            return samples;
        }

        var labels = samples.Labels.ToArray();
        for (var sample = 0; sample < labels.Length; sample++)
        {
            InvalidInputException.Require(
                labels[sample] >= layout.FirstLabel,
                $"{file} has label {labels[sample]} at sample {sample} (counted from 0), but labels count from {layout.FirstLabel}: correct the file.");
            labels[sample] -= (ushort)layout.FirstLabel;
        }

        var (channels, rows, columns) = samples.Sample;
        return layout.IsTransposed
            ? new ImageSet(Transpose(samples, rows, columns), labels, new SampleShape(channels, columns, rows))
            : new ImageSet(samples.Images.ToArray(), labels, samples.Sample);
    }

    private static byte[] Transpose(ImageSet samples, int rows, int columns)
    {
        var result = new byte[samples.Images.Length];
        var pixels = rows * columns;
        for (var plane = 0; plane < result.Length; plane += pixels)
        {
            var from = samples.Images.Slice(plane, pixels);
            var to = plane;
            for (var column = 0; column < columns; column++)
            {
                for (var row = 0; row < rows; row++)
                {
                    result[to++] = from[(row * columns) + column];
                }
            }
        }

        return result;
    }
}

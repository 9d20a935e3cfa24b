using System.Text;

namespace Mnist.Distributed.Reports;

/// <summary>A picture in two formats.</summary>
/// <param name="Name">Name of its files, without ending.</param>
/// <param name="Png">The content of the PNG file.</param>
/// <param name="Svg">The content of the SVG file.</param>
internal sealed record Picture(string Name, byte[] Png, byte[] Svg)
{
    /// <summary>
    /// The content of an SVG file whose bitmaps show their pixels; viewers blur them otherwise.
    /// </summary>
    public static byte[] Sharp(string svg) => Encoding.UTF8.GetBytes(svg.Replace("<image ", "<image style=\"image-rendering:pixelated\" ", StringComparison.Ordinal));
}

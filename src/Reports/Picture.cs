namespace Mnist.Distributed.Reports;

/// <summary>A picture in two formats.</summary>
/// <param name="Name">Name of its files, without ending.</param>
/// <param name="Png">The content of the PNG file.</param>
/// <param name="Svg">The content of the SVG file.</param>
internal sealed record Picture(string Name, byte[] Png, byte[] Svg);

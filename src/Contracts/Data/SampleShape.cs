namespace Mnist.Distributed.Contracts.Data;

/// <summary>The shape of one image: planes of pixels, one byte a pixel.</summary>
/// <param name="Channels">Planes: 1 for grey images, 3 for colour.</param>
/// <param name="Rows">Rows of a plane, in pixels.</param>
/// <param name="Columns">Columns of a plane, in pixels.</param>
[GenerateSerializer, Immutable, Alias("mnist.SampleShape")]
public readonly record struct SampleShape(
    [property: Id(0)] int Channels,
    [property: Id(1)] int Rows,
    [property: Id(2)] int Columns)
{
    /// <summary>Number of pixels of an image, over all planes.</summary>
    public int Pixels => Channels * Rows * Columns;

    /// <summary>The shape as text, such as <c>1 x 28 x 28</c>.</summary>
    public override string ToString() => $"{Channels} x {Rows} x {Columns}";
}

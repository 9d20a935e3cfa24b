namespace Mnist.Distributed.Contracts.Data;

/// <summary>
/// The shape of a data set, as a model needs it: the shape of an image, the classes, and the
/// conversion of a pixel into an input.
/// </summary>
/// <param name="Sample">The shape of an image.</param>
/// <param name="Classes">The classes.</param>
/// <param name="Normalisation">The conversion of a pixel into an input.</param>
[GenerateSerializer, Immutable, Alias("mnist.DataShape")]
public sealed record DataShape(
    [property: Id(0)] SampleShape Sample,
    [property: Id(1)] ClassList Classes,
    [property: Id(2)] Normalisation Normalisation)
{
    /// <summary>
    /// Whether a network for this data can see that data: all is equal but the names of classes.
    /// </summary>
    public bool Fits(DataShape other) => Sample == other.Sample && Classes.Count == other.Classes.Count && Normalisation == other.Normalisation;

    /// <summary>The shape of the same data with images of another size.</summary>
    public DataShape Resized(ImageSize size) => this with { Sample = Sample with { Rows = size.Rows, Columns = size.Columns } };
}

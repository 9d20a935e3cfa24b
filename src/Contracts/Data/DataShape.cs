namespace Mnist.Distributed.Contracts.Data;

/// <summary>What a model must know of a data set: the shape of an image, the classes, the inputs.</summary>
/// <param name="Sample">The shape of an image.</param>
/// <param name="Classes">The classes.</param>
/// <param name="Normalisation">How a pixel becomes an input.</param>
[GenerateSerializer, Immutable, Alias("mnist.DataShape")]
public sealed record DataShape(
    [property: Id(0)] SampleShape Sample,
    [property: Id(1)] ClassList Classes,
    [property: Id(2)] Normalisation Normalisation);

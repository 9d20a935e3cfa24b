namespace Mnist.Distributed.Training.Weights;

/// <summary>The entry of one tensor in the header.</summary>
/// <param name="Name">Name of the tensor.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Dimensions; empty for a scalar.</param>
/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="End">The byte after the last one, counted from the end of the header.</param>
internal sealed record SafetensorsEntry(string Name, DType Type, long[] Shape, long Begin, long End);

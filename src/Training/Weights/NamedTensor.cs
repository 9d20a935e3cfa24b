namespace Mnist.Distributed.Training.Weights;

/// <summary>A tensor in a file of weights.</summary>
/// <param name="Name">Its name, for example <c>conv1.weight</c>.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Lengths of the dimensions; empty for a scalar.</param>
/// <param name="Data">The elements, last dimension fastest, little-endian.</param>
public sealed record NamedTensor(string Name, DType Type, long[] Shape, ReadOnlyMemory<byte> Data);

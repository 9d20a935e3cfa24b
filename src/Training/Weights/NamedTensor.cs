namespace Mnist.Distributed.Training.Weights;

/// <summary>A tensor in a file of weights.</summary>
/// <param name="Name">Name such as <c>conv1.weight</c>.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Dimensions; empty for a scalar.</param>
/// <param name="Data">The elements in row-major order, little-endian.</param>
public sealed record NamedTensor(string Name, DType Type, long[] Shape, ReadOnlyMemory<byte> Data);

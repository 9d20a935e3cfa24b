namespace Mnist.Distributed.Training.Weights;

/// <summary>What a safetensors file holds.</summary>
/// <param name="Tensors">The tensors in the order of the header; those of a file that was read share one buffer.</param>
/// <param name="Metadata">What the file says of itself; empty when it says nothing.</param>
public sealed record SafetensorsContent(IReadOnlyList<NamedTensor> Tensors, IReadOnlyDictionary<string, string> Metadata);

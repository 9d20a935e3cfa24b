namespace Mnist.Distributed.Training.Weights;

/// <summary>The content of a safetensors file.</summary>
/// <param name="Tensors">
/// The tensors in the order of the header. The tensors of a file that was read share one buffer.
/// </param>
/// <param name="Metadata">The map of strings in the header; empty if there is none.</param>
public sealed record SafetensorsContent(IReadOnlyList<NamedTensor> Tensors, IReadOnlyDictionary<string, string> Metadata);

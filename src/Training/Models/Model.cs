using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Training.Models;

/// <summary>A net that can be trained: where its tensors lie, and how it is made over them.</summary>
/// <param name="Layout">Where its tensors lie in the flat vectors.</param>
/// <param name="Outputs">Outputs for each sample.</param>
/// <param name="Bind">
/// Makes a network over a vector of parameters and, for training, a vector that receives gradients.
/// </param>
/// <param name="FloatsPerSample">
/// Floats that a training network keeps for each sample of a batch; a lower bound.
/// </param>
/// <param name="MultiplyAdds">Multiply-adds of a forward pass for one sample.</param>
public sealed record Model(
    ParameterLayout Layout, int Outputs, Func<NetworkBinding, Network> Bind, int FloatsPerSample, long MultiplyAdds);

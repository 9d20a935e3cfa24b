using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Training.Models;

/// <summary>
/// A model for one shape of data: its layout, and the function that makes its networks.
/// </summary>
/// <param name="Layout">The places of its tensors in the flat vectors.</param>
/// <param name="Outputs">Number of outputs for each sample.</param>
/// <param name="Bind">
/// Makes a network over a vector of parameters and, for training, a vector that receives gradients.
/// </param>
/// <param name="FloatsPerSample">
/// Lower bound of the number of floats that a training network keeps for each sample of a batch.
/// </param>
/// <param name="MultiplyAdds">Number of multiply-adds in a forward pass of one sample.</param>
/// <param name="ProbedGradient">
/// SHA-256 (lower-case hex) of a gradient that was computed in this process to try the model. It
/// tells processes apart whose libtorch chooses other kernels. Null for a model that does not use
/// libtorch.
/// </param>
public sealed record Model(
    ParameterLayout Layout, int Outputs, Func<NetworkBinding, Network> Bind, int FloatsPerSample, long MultiplyAdds, string? ProbedGradient = null)
{
    /// <summary>Whether the last layer is a ReLU, so that no output is negative.</summary>
    public bool EndsInRelu { get; init; }
}

using static TorchSharp.torch;

namespace Mnist.Distributed.Training.Losses;

/// <summary>
/// A loss of the command line's table. Training differentiates its sum over the samples; the mean that the recipe speaks
/// of is taken once, after the workers' sums are added.
/// </summary>
public interface ILoss
{
    /// <summary>Name on the command line.</summary>
    string Name { get; }

    /// <summary>Sum of the samples' losses, a scalar that can be differentiated.</summary>
    /// <param name="outputs">Network outputs, n x 10.</param>
    /// <param name="labels">64-bit class labels, n.</param>
    Tensor Sum(Tensor outputs, Tensor labels);

    /// <summary>Each sample's loss, n.</summary>
    /// <param name="outputs">Network outputs, n x 10.</param>
    /// <param name="labels">64-bit class labels, n.</param>
    Tensor PerSample(Tensor outputs, Tensor labels);
}

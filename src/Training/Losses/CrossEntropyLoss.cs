using static TorchSharp.torch;

namespace Mnist.Distributed.Training.Losses;

/// <summary>Negative log of the softmax probability of the label.</summary>
public sealed class CrossEntropyLoss : ILoss
{
    /// <inheritdoc />
    public string Name => "cross-entropy";

    /// <inheritdoc />
    public Tensor Sum(Tensor outputs, Tensor labels) => nn.functional.cross_entropy(outputs, labels, reduction: nn.Reduction.Sum);

    /// <inheritdoc />
    public Tensor PerSample(Tensor outputs, Tensor labels) =>
        nn.functional.cross_entropy(outputs, labels, reduction: nn.Reduction.None);
}

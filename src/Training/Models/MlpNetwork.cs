using Mnist.Distributed.Training.Data;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Mnist.Distributed.Training.Models;

/// <summary>
/// Flatten, Linear(784, hidden), ReLU, Linear(hidden, 10) and, in the original recipe, a trailing ReLU. With it an output whose
/// pre-activation is negative for every sample receives no gradient and stays at zero for good.
/// </summary>
public sealed class MlpNetwork : Network
{
    private readonly bool _trailingRelu;
    private readonly Tensor _weight1;
    private readonly Tensor _bias1;
    private readonly Tensor _weight3;
    private readonly Tensor _bias3;

    private MlpNetwork(NetworkBinding binding, bool trailingRelu) : base(binding)
    {
        _trailingRelu = trailingRelu;
        _weight1 = Parameter("layer_stack.1.weight");
        _bias1 = Parameter("layer_stack.1.bias");
        _weight3 = Parameter("layer_stack.3.weight");
        _bias3 = Parameter("layer_stack.3.bias");
    }

    /// <summary>The model with <paramref name="hidden"/> hidden units.</summary>
    public static Model Model(string name, int hidden, bool trailingRelu)
    {
        var layout = new ParameterLayout.Builder()
            .Layer("layer_stack.1", [hidden, ImageSet.Pixels], ImageSet.Pixels)
            .Layer("layer_stack.3", [ImageSet.Classes, hidden], hidden)
            .Build();
        return new Model(name, layout, binding => new MlpNetwork(binding, trailingRelu));
    }

    /// <inheritdoc />
    public override Tensor ForwardTraining(Tensor images, ForwardKey key) => Forward(images);

    /// <inheritdoc />
    public override Tensor ForwardEvaluation(Tensor images) => Forward(images);

    private Tensor Forward(Tensor images)
    {
        var outputs = linear(relu(linear(images, _weight1, _bias1)), _weight3, _bias3);
        return _trailingRelu ? relu(outputs) : outputs;
    }
}

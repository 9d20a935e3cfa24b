using Mnist.Distributed.Training.Models.Fast;
using Mnist.Distributed.Training.Models.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Mnist.Distributed.Training.Models.Modules;

/// <summary>The model of <see cref="MlpModule"/>.</summary>
public static class MlpModel
{
    /// <summary>The entry of the catalogue.</summary>
    public static readonly ModelDefinition Definition = EndsInRelu(
        new LateModule("mlp-module", "the recipe's MLP as a TorchSharp module", [MlpNetwork.Hidden]).Define(module => module.Of(shape => new MlpModule(shape))) with
        {
            Graph = (graph, _) => MlpNetwork.Draw(graph, trailingRelu: true),
        });

    private static ModelDefinition EndsInRelu(ModelDefinition definition) =>
        definition with { Create = shape => definition.Create(shape) with { EndsInRelu = true } };
}

/// <summary>
/// The MLP of the recipe as an ordinary module, with the tensors of <see cref="MlpNetwork"/>. It is
/// the version to read, and the check of the fast one.
/// </summary>
public sealed class MlpModule : Module<Tensor, Tensor>
{
    private readonly Sequential layer_stack;

    /// <summary>Makes the module.</summary>
    /// <param name="shape">Shape of the images, number of outputs and of hidden units.</param>
    public MlpModule(ModelShape shape)
        : base(nameof(MlpModule))
    {
        var hidden = MlpNetwork.Hidden.Of(shape.Settings);
        layer_stack = Sequential(Flatten(), Linear(shape.Sample.Pixels, hidden), ReLU(), Linear(hidden, shape.Outputs), ReLU());
        RegisterComponents();
    }

    /// <inheritdoc />
    public override Tensor forward(Tensor input) => layer_stack.call(input);
}

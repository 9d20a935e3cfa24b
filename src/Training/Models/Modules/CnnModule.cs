using Mnist.Distributed.Training.Models.Fast;
using Mnist.Distributed.Training.Models.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Mnist.Distributed.Training.Models.Modules;

/// <summary>The model of <see cref="CnnModule"/>.</summary>
public static class CnnModel
{
    /// <summary>The entry of the catalogue.</summary>
    public static readonly ModelDefinition Definition =
        new LateModule("cnn-module", "the recipe's CNN as a TorchSharp module, for any size", [CnnNetwork.Dropout]).Define(module => module.Of(shape => new CnnModule(shape))) with
        {
            Graph = (graph, _) => CnnNetwork.Draw(graph),
        };
}

/// <summary>
/// The CNN of the recipe as an ordinary module, with the tensors of <see cref="CnnNetwork"/>, for
/// images of any size from 4 x 4. It is the version to read, and the check of the fast one.
/// </summary>
public sealed class CnnModule : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly BatchNorm2d batch_norm1;
    private readonly Conv2d conv2;
    private readonly BatchNorm2d batch_norm2;
    private readonly Linear fc1;
    private readonly Dropout dropout;
    private readonly Linear fc2;

    /// <summary>Makes the module.</summary>
    /// <param name="shape">Shape of the images, number of outputs and dropout.</param>
    public CnnModule(ModelShape shape)
        : base(nameof(CnnModule))
    {
        conv1 = Conv2d(shape.Sample.Channels, 32, 3L, padding: 1L);
        batch_norm1 = BatchNorm2d(32);
        conv2 = Conv2d(32, 64, 3L, padding: 1L);
        batch_norm2 = BatchNorm2d(64);
        fc1 = Linear(64 * (shape.Sample.Rows / 4) * (shape.Sample.Columns / 4), 128);
        dropout = Dropout(CnnNetwork.Dropout.Of(shape.Settings));
        fc2 = Linear(128, shape.Outputs);
        RegisterComponents();
    }

    /// <inheritdoc />
    public override Tensor forward(Tensor input)
    {
        var planes = functional.max_pool2d(functional.relu(batch_norm1.call(conv1.call(input))), 2);
        planes = functional.max_pool2d(functional.relu(batch_norm2.call(conv2.call(planes))), 2);
        return fc2.call(dropout.call(functional.relu(fc1.call(planes.flatten(1)))));
    }
}

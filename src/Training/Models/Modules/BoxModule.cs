using Mnist.Distributed.Contracts;
using Mnist.Distributed.Training.Models.Graphs;
using Mnist.Distributed.Training.Models.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Mnist.Distributed.Training.Models.Modules;

/// <summary>The model of <see cref="BoxModule"/>.</summary>
public static class BoxNet
{
    /// <summary>The entry of the catalogue.</summary>
    public static readonly ModelDefinition Definition =
        new LateModule("boxnet", "a small convolutional net for boxes, a TorchSharp module", []).Define(module => module.Of(shape => new BoxModule(shape))) with
        {
            Task = "boxes",
            Graph = (graph, _) => Draw(graph),
        };

    private static string Draw(GraphBuilder graph)
    {
        var planes = GraphBuilder.Input;
        for (var layer = 1; layer <= 3; layer++)
        {
            planes = graph.MaxPool(graph.Relu(graph.BatchNorm(graph.Convolution(planes, $"conv{layer}"), $"norm{layer}")));
        }

        return graph.Linear(graph.Relu(graph.Linear(graph.Flatten(planes), "fc1")), "fc2");
    }
}

/// <summary>
/// A convolutional network that keeps places: three convolutions that halve the image, and two
/// linear layers. For images of any size from 8 x 8.
/// </summary>
public sealed class BoxModule : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly BatchNorm2d norm1;
    private readonly Conv2d conv2;
    private readonly BatchNorm2d norm2;
    private readonly Conv2d conv3;
    private readonly BatchNorm2d norm3;
    private readonly Linear fc1;
    private readonly Linear fc2;

    /// <summary>Makes the module.</summary>
    /// <param name="shape">Shape of the images and number of outputs.</param>
    public BoxModule(ModelShape shape)
        : base(nameof(BoxModule))
    {
        InvalidInputException.Require(
            shape.Sample is { Rows: >= 8, Columns: >= 8 }, $"boxnet needs images from 8 x 8, and these are {shape.Sample}: choose another Model or a larger ImageSize.", "Model", "ImageSize");
        conv1 = Conv2d(shape.Sample.Channels, 16, 3L, padding: 1L);
        norm1 = BatchNorm2d(16);
        conv2 = Conv2d(16, 32, 3L, padding: 1L);
        norm2 = BatchNorm2d(32);
        conv3 = Conv2d(32, 32, 3L, padding: 1L);
        norm3 = BatchNorm2d(32);
        fc1 = Linear(32 * (shape.Sample.Rows / 8) * (shape.Sample.Columns / 8), 128);
        fc2 = Linear(128, shape.Outputs);
        RegisterComponents();
    }

    /// <inheritdoc />
    public override Tensor forward(Tensor input)
    {
        var planes = functional.max_pool2d(functional.relu(norm1.call(conv1.call(input))), 2);
        planes = functional.max_pool2d(functional.relu(norm2.call(conv2.call(planes))), 2);
        planes = functional.max_pool2d(functional.relu(norm3.call(conv3.call(planes))), 2);
        return fc2.call(functional.relu(fc1.call(planes.flatten(1))));
    }
}

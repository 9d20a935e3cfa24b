using Mnist.Distributed.Contracts;
using Mnist.Distributed.Training.Models.Graphs;
using Mnist.Distributed.Training.Models.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Mnist.Distributed.Training.Models.Modules;

/// <summary>The model of <see cref="ReaderModule"/>.</summary>
public static class ReaderNet
{
    /// <summary>The entry of the catalogue.</summary>
    public static readonly ModelDefinition Definition =
        new LateModule("reader", "a small convolutional net that reads columns, a TorchSharp module", []).Define(module => module.Of(shape => new ReaderModule(shape))) with
        {
            Task = "strings",
            Graph = (graph, _) => Draw(graph),
        };

    private static string Draw(GraphBuilder graph)
    {
        var planes = graph.MaxPool(graph.Relu(graph.BatchNorm(graph.Convolution(GraphBuilder.Input, "conv1"), "norm1")));
        planes = graph.MaxPool(graph.Relu(graph.BatchNorm(graph.Convolution(planes, "conv2"), "norm2")));
        planes = graph.Relu(graph.BatchNorm(graph.Convolution(planes, "height", 0, 2), "norm3"));
        return graph.Columns(graph.Convolution(planes, "head", 0, 2));
    }
}

/// <summary>
/// A column reader: two convolutions that halve the image, one over the whole height, and one over
/// five neighbouring columns. Every column of four pixels has its outputs. For images of any size
/// from 4 x 4.
/// </summary>
public sealed class ReaderModule : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly BatchNorm2d norm1;
    private readonly Conv2d conv2;
    private readonly BatchNorm2d norm2;
    private readonly Conv2d height;
    private readonly BatchNorm2d norm3;
    private readonly Conv2d head;

    /// <summary>Makes the module.</summary>
    /// <param name="shape">
    /// Shape of the images; outputs are columns of four pixels x labels.
    /// </param>
    public ReaderModule(ModelShape shape)
        : base(nameof(ReaderModule))
    {
        var columns = shape.Sample.Columns / 4;
        InvalidInputException.Require(
            columns > 0 && shape.Sample.Rows >= 4 && shape.Outputs % columns == 0,
            $"reader gives outputs for each of {columns} columns, and the task needs {shape.Outputs} for an image of {shape.Sample}: choose another Model, or Task strings.",
            "Model",
            "Task");
        conv1 = Conv2d(shape.Sample.Channels, 16, 3L, padding: 1L);
        norm1 = BatchNorm2d(16);
        conv2 = Conv2d(16, 32, 3L, padding: 1L);
        norm2 = BatchNorm2d(32);
        height = Conv2d(32, 96, (shape.Sample.Rows / 4, 5L), padding: (0L, 2L));
        norm3 = BatchNorm2d(96);
        head = Conv2d(96, shape.Outputs / columns, (1L, 5L), padding: (0L, 2L));
        RegisterComponents();
    }

    /// <inheritdoc />
    public override Tensor forward(Tensor input)
    {
        var planes = functional.max_pool2d(functional.relu(norm1.call(conv1.call(input))), 2);
        planes = functional.max_pool2d(functional.relu(norm2.call(conv2.call(planes))), 2);
        planes = functional.relu(norm3.call(height.call(planes)));
        return head.call(planes).squeeze(2).transpose(1, 2).flatten(1);
    }
}

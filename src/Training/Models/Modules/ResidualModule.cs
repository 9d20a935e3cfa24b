using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Models.Graphs;
using Mnist.Distributed.Training.Models.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Mnist.Distributed.Training.Models.Modules;

/// <summary>The model of <see cref="ResidualModule"/>.</summary>
public static class ResidualNet
{
    /// <summary>The setting for the channels of the first block.</summary>
    public static readonly Setting<int> Width = new(
        "width", "Channels of the first block of the residual net.", 16, "from 1 to 256", value => value is >= 1 and <= 256);

    /// <summary>The dropout setting.</summary>
    public static readonly Setting<float> Dropout = new(
        "dropout", "Dropout probability of the residual net.", 0.1f, "from 0 to below 1", value => float.IsFinite(value) && value is >= 0 and < 1);

    /// <summary>The entry of the catalogue.</summary>
    public static readonly ModelDefinition Definition =
        new LateModule("resnet", "a small residual net with batch norm and dropout, a TorchSharp module", [Width, Dropout]).Define(module => module.Of(shape => new ResidualModule(shape))) with
        {
            Graph = (graph, _) => Draw(graph),
        };

    private static string Draw(GraphBuilder graph)
    {
        var planes = graph.Relu(graph.BatchNorm(graph.Convolution(GraphBuilder.Input, "conv", hasBias: false), "norm"));
        foreach (var (block, stride) in new[] { ("block1", 1), ("block2", 2), ("block3", 2) })
        {
            var inner = graph.Relu(graph.BatchNorm(graph.Convolution(planes, $"{block}.conv1", stride: stride, hasBias: false), $"{block}.norm1"));
            inner = graph.BatchNorm(graph.Convolution(inner, $"{block}.conv2", hasBias: false), $"{block}.norm2");
            planes = graph.Relu(graph.Sum(inner, stride == 1 ? planes : graph.Convolution(planes, $"{block}.shortcut", 0, 0, stride, hasBias: false)));
        }

        return graph.Linear(graph.MeanOfPlanes(planes), "fc");
    }
}

/// <summary>
/// A small residual network (He et al., 2015) for images of any size: a convolution, three blocks
/// of two convolutions each with a shortcut, the mean over the pixels, dropout, and a linear layer.
/// The second and the third block halve the image and double the channels.
/// </summary>
public sealed class ResidualModule : Module<Tensor, Tensor>
{
    private readonly Conv2d conv;
    private readonly BatchNorm2d norm;
    private readonly Block block1;
    private readonly Block block2;
    private readonly Block block3;
    private readonly Dropout dropout;
    private readonly Linear fc;

    /// <summary>Makes the module.</summary>
    /// <param name="shape">Shape of the images, number of outputs, width and dropout.</param>
    public ResidualModule(ModelShape shape)
        : base(nameof(ResidualModule))
    {
        var width = ResidualNet.Width.Of(shape.Settings);
        conv = Conv2d(shape.Sample.Channels, width, 3L, padding: 1L, bias: false);
        norm = BatchNorm2d(width);
        block1 = new Block(width, width, 1);
        block2 = new Block(width, 2 * width, 2);
        block3 = new Block(2 * width, 4 * width, 2);
        dropout = Dropout(ResidualNet.Dropout.Of(shape.Settings));
        fc = Linear(4 * width, shape.Outputs);
        RegisterComponents();
    }

    /// <inheritdoc />
    public override Tensor forward(Tensor input)
    {
        var planes = functional.relu(norm.call(conv.call(input)));
        planes = block3.call(block2.call(block1.call(planes)));
        return fc.call(dropout.call(planes.mean([2, 3])));
    }

    private sealed class Block : Module<Tensor, Tensor>
    {
        private readonly Conv2d conv1;
        private readonly BatchNorm2d norm1;
        private readonly Conv2d conv2;
        private readonly BatchNorm2d norm2;
        private readonly Conv2d? shortcut;

        public Block(int inputs, int outputs, int stride)
            : base(nameof(Block))
        {
            conv1 = Conv2d(inputs, outputs, 3L, stride: stride, padding: 1L, bias: false);
            norm1 = BatchNorm2d(outputs);
            conv2 = Conv2d(outputs, outputs, 3L, padding: 1L, bias: false);
            norm2 = BatchNorm2d(outputs);
            shortcut = inputs == outputs && stride == 1 ? null : Conv2d(inputs, outputs, 1L, stride: stride, bias: false);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            var planes = functional.relu(norm1.call(conv1.call(input)));
            planes = norm2.call(conv2.call(planes));
            return functional.relu(planes + (shortcut?.call(input) ?? input));
        }
    }
}

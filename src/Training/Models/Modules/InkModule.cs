using Mnist.Distributed.Contracts;
using Mnist.Distributed.Training.Models.Graphs;
using Mnist.Distributed.Training.Models.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Mnist.Distributed.Training.Models.Modules;

/// <summary>The model of <see cref="InkModule"/>.</summary>
public static class InkNet
{
    /// <summary>The entry of the catalogue.</summary>
    public static readonly ModelDefinition Definition =
        new LateModule("inknet", "a small encoder-decoder for masks, a TorchSharp module", []).Define(module => module.Of(shape => new InkModule(shape))) with
        {
            Task = "ink",
            Graph = Draw,
        };

    private static string Draw(GraphBuilder graph, ModelShape shape)
    {
        var (rows, columns) = (shape.Sample.Rows, shape.Sample.Columns);
        var full = graph.Relu(graph.BatchNorm(graph.Convolution(GraphBuilder.Input, "encoder1"), "norm1"));
        var half = graph.Relu(graph.BatchNorm(graph.Convolution(graph.MaxPool(full), "encoder2"), "norm2"));
        half = graph.Relu(graph.BatchNorm(graph.Convolution(half, "bottom"), "norm3"));
        var planes = graph.Concatenate(graph.Resize(half, rows, columns), full);
        planes = graph.Relu(graph.BatchNorm(graph.Convolution(planes, "decoder"), "norm4"));
        return graph.Flatten(graph.Convolution(planes, "head", 0, 0));
    }
}

/// <summary>
/// A small U-Net (Ronneberger, Fischer and Brox, 2015) for images of any size from 2 x 2: an
/// encoder at full and at half size, and a decoder that sees the encoder's planes of its size
/// again. There is one output for each pixel of a plane.
/// </summary>
public sealed class InkModule : Module<Tensor, Tensor>
{
    private readonly Conv2d encoder1;
    private readonly BatchNorm2d norm1;
    private readonly Conv2d encoder2;
    private readonly BatchNorm2d norm2;
    private readonly Conv2d bottom;
    private readonly BatchNorm2d norm3;
    private readonly Conv2d decoder;
    private readonly BatchNorm2d norm4;
    private readonly Conv2d head;
    private readonly long[] _size;

    /// <summary>Makes the module.</summary>
    /// <param name="shape">Shape of the images; outputs are rows x columns.</param>
    public InkModule(ModelShape shape)
        : base(nameof(InkModule))
    {
        var plane = shape.Sample.Rows * shape.Sample.Columns;
        InvalidInputException.Require(
            shape.Outputs % plane == 0 && shape.Sample is { Rows: > 1, Columns: > 1 },
            $"inknet gives outputs for each of the {plane} pixels, and the task needs {shape.Outputs} for an image: choose another Model, or Task ink with images from 2 x 2.",
            "Model",
            "Task");
        encoder1 = Conv2d(shape.Sample.Channels, 16, 3L, padding: 1L);
        norm1 = BatchNorm2d(16);
        encoder2 = Conv2d(16, 32, 3L, padding: 1L);
        norm2 = BatchNorm2d(32);
        bottom = Conv2d(32, 32, 3L, padding: 1L);
        norm3 = BatchNorm2d(32);
        decoder = Conv2d(48, 16, 3L, padding: 1L);
        norm4 = BatchNorm2d(16);
        head = Conv2d(16, shape.Outputs / plane, 1L);
        _size = [shape.Sample.Rows, shape.Sample.Columns];
        RegisterComponents();
    }

    /// <inheritdoc />
    public override Tensor forward(Tensor input)
    {
        var full = functional.relu(norm1.call(encoder1.call(input)));
        var half = functional.relu(norm2.call(encoder2.call(functional.max_pool2d(full, 2))));
        half = functional.relu(norm3.call(bottom.call(half)));
        var planes = cat([functional.interpolate(half, _size), full], 1);
        return head.call(functional.relu(norm4.call(decoder.call(planes)))).flatten(1);
    }
}

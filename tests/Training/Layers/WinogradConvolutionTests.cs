using Mnist.Distributed.Training.Models.Fast;
using Mnist.Distributed.Training.Native;
using Xunit;
using static TorchSharp.torch;

namespace Mnist.Distributed.Tests.Training.Layers;

/// <summary>
/// Compares with libtorch's convolution and its derivatives, in double precision.
/// </summary>
public sealed class WinogradConvolutionTests
{
    private const int Images = 3;

    /// <summary>Sums of some 600 terms of about 1, with roundings of 6e-8 each.</summary>
    private const double Tolerance = 1e-4;

    static WinogradConvolutionTests() => LibTorch.EnsureLoaded();

    [Theory]
    [InlineData(32, 64, 14)]
    [InlineData(64, 32, 6)]
    [InlineData(32, 32, 2)]
    public void Output_and_derivatives_are_those_of_a_convolution(int inputs, int outputs, int size)
    {
        using var scope = NewDisposeScope();
        using var seed = new Generator(7);
        var planes = Random(seed, Images, inputs, size, size).requires_grad_(true);
        var weight = Random(seed, outputs, inputs, 3, 3).requires_grad_(true);
        var bias = Random(seed, outputs);
        var byOutput = Random(seed, Images, outputs, size, size);
        var expected = nn.functional.conv2d(planes, weight, bias, strides: [1L, 1L], padding: [1L, 1L]);
        expected.backward([byOutput]);

        var convolution = new WinogradConvolution(inputs, outputs, size);
        var order = WinogradConvolution.OrderOf(inputs, outputs);
        var stored = new float[weight.numel()];
        order.Store(Floats(weight), stored);
        var (input, output) = (ByPixel(planes), new float[Images * convolution.Output]);
        var (outputGradient, inputGradient, weightGradient) = (ByPixel(byOutput), new float[input.Length], new float[stored.Length]);

        // Two batches, because nothing of the first one may be left over in the second.
        for (var time = 0; time < 2; time++)
        {
            convolution.Begin(stored);
            convolution.BeginGradients();
            for (var image = 0; image < Images; image++)
            {
                var (from, to) = (image * convolution.Input, image * convolution.Output);
                convolution.Forward(input.AsSpan(from, convolution.Input), Floats(bias), output.AsSpan(to, convolution.Output));
                convolution.Backward(
                    input.AsSpan(from, convolution.Input), outputGradient.AsSpan(to, convolution.Output), inputGradient.AsSpan(from, convolution.Input));
            }

            convolution.End(weightGradient);
        }

        var gradient = new float[stored.Length];
        order.Load(weightGradient, gradient);
        AreClose(ByPixel(expected), output);
        AreClose(ByPixel(planes.grad!), inputGradient);
        AreClose(Floats(weight.grad!), gradient);
    }

    /// <summary>Draws numbers that single precision represents exactly.</summary>
    private static Tensor Random(Generator seed, params long[] shape) =>
        randn(shape, generator: seed).to(ScalarType.Float64);

    private static float[] Floats(Tensor tensor) => [.. tensor.detach().contiguous().to(ScalarType.Float32).data<float>()];

    private static float[] ByPixel(Tensor planes) => Floats(planes.permute(0, 2, 3, 1));

    private static void AreClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.InRange(expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max(), 0, Tolerance);
    }
}

using Mnist.Distributed.Training.Native;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Mnist.Distributed.Tests.Training.Native;

/// <summary>
/// libtorch's convolutions are right: the oracle is the product of unfolded images with the
/// weights, in double precision. And they are the same whatever memory held before.
/// </summary>
public sealed class ConvolutionTests
{
    private const double Tolerance = 5e-5;

    [Theory]
    [InlineData(30, 96, 11, 1, 5, 1, 32)]
    [InlineData(15, 96, 11, 3, 3, 14, 14)]
    [InlineData(8, 10, 20, 5, 5, 12, 12)]
    [InlineData(2, 8, 8, 3, 3, 14, 14)]
    [InlineData(1, 16, 1, 3, 3, 28, 28)]
    [InlineData(30, 1, 16, 3, 3, 28, 28)]
    [InlineData(7, 32, 96, 7, 5, 7, 32)]
    public void Outputs_and_gradients_are_those_of_a_matrix_product(int images, int channels, int outputs, int height, int width, int rows, int columns)
    {
        LibTorch.EnsureLoaded();
        LibTorch.UseOneThread();
        Convolutions.EnsureChosen();
        using var scope = NewDisposeScope();
        var input = rand([images, channels, rows, columns]) - 0.5f;
        var weights = rand([outputs, channels, height, width]) - 0.5f;
        var expected = Compute(input, weights, ScalarType.Float64, Unfolded);
        var actual = Compute(input, weights, ScalarType.Float32, (image, kernel) => functional.conv2d(image, kernel));
        foreach (var (one, other) in expected.Zip(actual))
        {
            Assert.InRange((other.to(ScalarType.Float64) - one).abs().max().item<double>() / one.abs().max().item<double>(), 0, Tolerance);
        }

        LeaveNaNs();
        var again = Compute(input, weights, ScalarType.Float32, (image, kernel) => functional.conv2d(image, kernel));
        Assert.Equal(actual.Select(tensor => tensor.data<float>().ToArray()), again.Select(tensor => tensor.data<float>().ToArray()));
    }

    /// <summary>Outputs, and gradients of images and weights, for chosen derivatives.</summary>
    private static Tensor[] Compute(Tensor images, Tensor weights, ScalarType type, Func<Tensor, Tensor, Tensor> convolution)
    {
        var input = images.to(type).detach().clone().requires_grad_();
        var kernel = weights.to(type).detach().clone().requires_grad_();
        var outputs = convolution(input, kernel);
        LeaveNaNs();
        (outputs * arange(outputs.numel(), dtype: type).sin().view(outputs.shape)).sum().backward();
        return [outputs.detach(), input.grad!, kernel.grad!];
    }

    private static Tensor Unfolded(Tensor images, Tensor weights)
    {
        var (height, width) = (weights.shape[2], weights.shape[3]);
        var columns = functional.unfold(images, (height, width));
        return weights.view(weights.shape[0], -1).matmul(columns).view(images.shape[0], weights.shape[0], images.shape[2] - height + 1, images.shape[3] - width + 1);
    }

    /// <summary>Fills memory and frees it, so that the next tensors get it.</summary>
    private static void LeaveNaNs()
    {
        using var scope = NewDisposeScope();
        foreach (var size in (long[])[100, 1_000, 10_000, 20_000, 100_000, 1_000_000])
        {
            for (var i = 0; i < 6; i++)
            {
                full([size + (37 * i)], float.NaN);
            }
        }
    }
}

using Mnist.Distributed.Training.Native;
using Xunit;
using static TorchSharp.torch;

namespace Mnist.Distributed.Tests.Training.Native;

/// <summary>libtorch computes the same whatever its memory held before.</summary>
public sealed class TorchMemoryTests
{
    private const int Rounds = 8;

    [Theory]
    [InlineData(30, 96, 11, 1, 32)]
    [InlineData(15, 96, 11, 1, 32)]
    [InlineData(8, 96, 12, 1, 32)]
    [InlineData(15, 16, 11, 14, 14)]
    [InlineData(8, 10, 20, 12, 12)]
    public void Gradients_of_a_convolution_do_not_depend_on_old_memory(int images, int channels, int outputs, int rows, int columns)
    {
        LibTorch.EnsureLoaded();
        LibTorch.UseOneThread();
        using var images4 = rand([images, channels, rows, columns]) - 0.5f;
        using var weights = rand([outputs, channels, 1, 5]) - 0.5f;
        var expected = Gradient(images4, weights);
        Assert.DoesNotContain(expected, float.IsNaN);
        for (var round = 0; round < Rounds; round++)
        {
            LeaveNaNs();
            Assert.Equal(expected, Gradient(images4, weights));
        }
    }

    private static float[] Gradient(Tensor images, Tensor weights)
    {
        using var scope = NewDisposeScope();
        var input = images.detach().clone().requires_grad_();
        var outputs = nn.functional.conv2d(input, weights, padding: [0, 2]);
        LeaveNaNs();
        outputs.square().sum().backward();
        return input.grad!.data<float>().ToArray();
    }

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

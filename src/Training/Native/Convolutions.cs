using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Mnist.Distributed.Training.Native;

/// <summary>
/// Chooses what computes libtorch's convolutions. The oneDNN 3.7.1 of libtorch 2.10 pads channels
/// to blocks of 8 or 16 and, on some processors, copies padded tensors wrongly. Gradients are then
/// wrong by half of their size, have NaNs, or differ from run to run. So a few convolutions are
/// computed with oneDNN and without. If they disagree, this process does not use oneDNN. libtorch's
/// own convolutions take about twice the time of oneDNN's.
/// </summary>
internal static class Convolutions
{
    /// <summary>The largest difference that rounding explains, of the largest value.</summary>
    private const double Tolerance = 1e-3;

    /// <summary>
    /// Images, channels, outputs, height and width of the kernel, rows, columns. The outputs are no
    /// multiple of 16, most are none of 8.
    /// </summary>
    private static readonly (int Images, int Channels, int Outputs, int Height, int Width, int Rows, int Columns)[] Tried =
        [(2, 8, 8, 3, 3, 14, 14), (2, 16, 24, 3, 3, 7, 7), (2, 10, 20, 5, 5, 12, 12), (2, 96, 11, 1, 5, 1, 36), (2, 16, 1, 3, 3, 14, 14)];

    private static readonly Lazy<bool> OneDnn = new(Choose);

    /// <summary>Whether oneDNN computes convolutions in this process.</summary>
    public static bool UseOneDnn => OneDnn.Value;

    /// <summary>Makes the choice once. Call it before the first module is made.</summary>
    public static void EnsureChosen() => _ = OneDnn.Value;

    private static bool Choose()
    {
        var libtorch = new LibTorchContext(TorchLibraries.Load());

        // It does not know most processors, and says so at every convolution.
        libtorch.UseNnpack(false);
        var with = Tried.Select(Compute).ToArray();
        libtorch.UseOneDnn(false);
        var isRight = Tried.Select(Compute).Zip(with).All(pair => Agree(pair.First, pair.Second));
        libtorch.UseOneDnn(isRight);
        return isRight;
    }

    /// <summary>Outputs, then the gradients of images and weights.</summary>
    private static float[][] Compute((int Images, int Channels, int Outputs, int Height, int Width, int Rows, int Columns) tried)
    {
        using var scope = NewDisposeScope();
        var input = Waves([tried.Images, tried.Channels, tried.Rows, tried.Columns], 0.7).requires_grad_();
        var weights = Waves([tried.Outputs, tried.Channels, tried.Height, tried.Width], 1.1).requires_grad_();
        var outputs = functional.conv2d(input, weights);
        (outputs * Waves(outputs.shape, 1.7)).sum().backward();
        return [Values(outputs), Values(input.grad!), Values(weights.grad!)];
    }

    /// <summary>A tensor of values that do not repeat.</summary>
    private static Tensor Waves(long[] shape, double frequency) =>
        arange(shape.Aggregate((product, size) => product * size), dtype: ScalarType.Float32).mul(frequency).sin().view(shape).detach();

    private static float[] Values(Tensor tensor) => tensor.detach().contiguous().data<float>().ToArray();

    private static bool Agree(float[][] one, float[][] other) => one.Zip(other).All(pair =>
    {
        var largest = pair.First.Max(Math.Abs);

        // No comparison with NaN is true.
        return pair.First.Zip(pair.Second).All(values => Math.Abs(values.First - values.Second) <= Tolerance * largest);
    });
}

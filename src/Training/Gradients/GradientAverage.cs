using System.Numerics.Tensors;

namespace Mnist.Distributed.Training.Gradients;

/// <summary>Divides a sum over samples by their number.</summary>
public static class GradientAverage
{
    /// <summary>Writes the mean over <paramref name="samples"/> samples to <paramref name="mean"/>; may work in place.</summary>
    public static void Divide(ReadOnlySpan<float> sum, int samples, Span<float> mean) => TensorPrimitives.Divide(sum, samples, mean);
}

using CsCheck;
using Mnist.Distributed.Training.Optimizers;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Optimizers;

/// <summary>The oracle is the definition in double precision.</summary>
public sealed class GradientClipProperties
{
    private const float Scale = 0.25f;

    private static readonly Gen<(float? Value, float? Norm, float[] Gradient)> Cases = Gen.Select(
        Gen.OneOf(Gen.Const((float?)null), Gen.Float[0.01f, 1].Select(value => (float?)value)),
        Gen.OneOf(Gen.Const((float?)null), Gen.Float[0.01f, 5].Select(value => (float?)value)),
        Gen.Int[1, 3000].SelectMany(length => Gen.Float[-5, 5].Array[length]));

    [Fact]
    public void The_gradient_is_clipped_by_value_and_then_by_norm() => Cases.Sample((value, norm, gradient) =>
    {
        var applied = Applied(new GradientClip(value, norm), gradient, gradient.Length);

        double[] expected = [.. gradient.Select(g => (double)(g * Scale)).Select(g => value is { } limit ? Math.Clamp(g, -limit, limit) : g)];
        if (norm is { } most)
        {
            var factor = Math.Min(1, most / (Math.Sqrt(expected.Sum(g => g * g)) + 1e-6));
            expected = [.. expected.Select(g => g * factor)];
        }

        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], applied[i], 1e-6);
        }
    });

    /// <summary>Parts are clipped by the norm of the whole, wherever they end.</summary>
    [Fact]
    public void Parts_have_the_bits_of_the_whole() => Gen.Select(Cases, Gen.Int[0, 3000]).Sample((@case, any) =>
    {
        var clip = new GradientClip(@case.Value, @case.Norm);

        Assert.Equal(Applied(clip, @case.Gradient, @case.Gradient.Length), Applied(clip, @case.Gradient, any % (@case.Gradient.Length + 1)));
    });

    [Fact]
    public void A_gradient_within_its_limits_keeps_its_bits()
    {
        float[] gradient = [0.1f, -0.2f, 0.3f];

        Assert.Equal(Applied(GradientClip.None, gradient, 3), Applied(new GradientClip(null, 100), gradient, 3));
        Assert.Equal(1, new GradientClip(null, 2).Coefficient([1, 1]));
        Assert.Equal(0.5, new GradientClip(null, 1).Coefficient([3, 1]), 1e-6);
    }

    /// <summary>
    /// What descent subtracts from zeros at a rate of 1. The norm is that of the whole; the update is
    /// in two parts.
    /// </summary>
    private static float[] Applied(GradientClip clip, float[] gradient, int middle)
    {
        var parameters = new float[gradient.Length];
        var coefficient = clip.Norm is null ? 1 : clip.Coefficient([clip.Squares(gradient, Scale)]);
        foreach (var part in new Range[] { new(0, middle), new(middle, gradient.Length) })
        {
            clip.Apply(new Sgd(0, 0), parameters.AsSpan(part), gradient.AsSpan(part), default, new OptimizerStep(0, 1, Scale), coefficient);
        }

        return [.. parameters.Select(value => -value)];
    }
}

using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Mnist.Distributed.Training.Optimizers;

/// <summary>
/// Clips the mean gradient as PyTorch does: first each element (<c>clip_grad_value_</c>), then the
/// whole vector by its norm (<c>clip_grad_norm_</c>). Every replica computes the norm from the
/// update that it has, so no message is needed.
/// </summary>
/// <param name="Value">The largest absolute value of an element; null: no limit.</param>
/// <param name="Norm">The largest norm of the vector; null: no limit.</param>
public sealed record GradientClip(float? Value, float? Norm)
{
    private const int BlockFloats = 1024;

    /// <summary>PyTorch adds this number to the norm, against divisions by 0.</summary>
    private const double Least = 1e-6;

    /// <summary>Clips nothing.</summary>
    public static GradientClip None { get; } = new(null, null);

    /// <summary>
    /// The sum of the squares of a part of the gradient, after the clipping of its elements. The
    /// additions have a fixed order that does not depend on the width of the processor's vectors.
    /// </summary>
    /// <param name="gradient">A part of the gradient, not yet scaled.</param>
    /// <param name="scale">Factor for the gradient.</param>
    public double Squares(ReadOnlySpan<float> gradient, float scale)
    {
        Span<float> clipped = stackalloc float[BlockFloats];
        var (lower, upper) = (Vector512<double>.Zero, Vector512<double>.Zero);
        var rest = 0.0;
        for (var start = 0; start < gradient.Length; start += BlockFloats)
        {
            var block = clipped[..Math.Min(BlockFloats, gradient.Length - start)];
            Mean(gradient.Slice(start, block.Length), scale, block);
            var whole = MemoryMarshal.Cast<float, Vector512<float>>(block);
            foreach (var values in whole)
            {
                var (low, high) = Vector512.Widen(values);
                lower += low * low;
                upper += high * high;
            }

            foreach (double value in block[(whole.Length * Vector512<float>.Count)..])
            {
                rest += value * value;
            }
        }

        var sums = lower + upper;
        for (var lane = 0; lane < Vector512<double>.Count; lane++)
        {
            rest += sums[lane];
        }

        return rest;
    }

    /// <summary>The factor that limits the norm: 1 if the norm is within its limit.</summary>
    /// <param name="squares">The sums of squares of all parts, in order.</param>
    public float Coefficient(ReadOnlySpan<double> squares)
    {
        var sum = 0.0;
        foreach (var part in squares)
        {
            sum += part;
        }

        return (float)Math.Min(1, Norm!.Value / (Math.Sqrt(sum) + Least));
    }

    /// <summary>Lets an optimizer take a step with the clipped gradient.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="parameters">A slice of the parameters; changed in place.</param>
    /// <param name="gradient">The gradient of the slice, not yet scaled.</param>
    /// <param name="slots">The slots of the slice; changed in place.</param>
    /// <param name="step">The step, with the scale of the gradient.</param>
    /// <param name="coefficient">The factor that limits the norm.</param>
    public void Apply(
        IOptimizer optimizer, Span<float> parameters, ReadOnlySpan<float> gradient, OptimizerSlots slots, OptimizerStep step, float coefficient)
    {
        if (Value is null)
        {
            optimizer.Apply(parameters, gradient, slots, step with { Scale = step.Scale * coefficient });
            return;
        }

        Span<float> clipped = stackalloc float[BlockFloats];
        for (var start = 0; start < parameters.Length; start += BlockFloats)
        {
            var block = clipped[..Math.Min(BlockFloats, parameters.Length - start)];
            Mean(gradient.Slice(start, block.Length), step.Scale, block);
            optimizer.Apply(parameters.Slice(start, block.Length), block, slots.Slice(start, block.Length), step with { Scale = coefficient });
        }
    }

    private void Mean(ReadOnlySpan<float> gradient, float scale, Span<float> clipped)
    {
        TensorPrimitives.Multiply(gradient, scale, clipped);
        if (Value is { } limit)
        {
            TensorPrimitives.Clamp(clipped, -limit, limit, clipped);
        }
    }
}

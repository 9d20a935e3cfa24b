using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.State;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Tests.Simulation.Training;

/// <summary>
/// Replaces a worker's gradient: a pure function of plan, step, worker and parameters. Its values
/// have very different magnitudes, so any other order of additions, and any other parameters,
/// change the bits.
/// </summary>
internal static class GradientFunction
{
    /// <summary>
    /// A model with running statistics, so small that a millisecond is enough for thousands of
    /// sums.
    /// </summary>
    public static ParameterLayout Layout { get; } = new ParameterLayout.Builder().Layer("layer", [2, 5], 5).BatchNorm("norm", 2).Build();

    /// <summary>A plan's state at step 0, over that model.</summary>
    public static ModelState NewState(TrainingPlan plan, ParallelLoop? loop = null) =>
        new(plan, Layout, TrainingCatalogue.Standard.Rule(plan), loop);

    /// <summary>Writes one part of a gradient.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="numerics">The fingerprint that decides the last bits.</param>
    /// <param name="step">The step.</param>
    /// <param name="worker">The worker.</param>
    /// <param name="parameters">The parameters at that step.</param>
    /// <param name="gradient">Where to write it.</param>
    /// <param name="part">The elements to write.</param>
    public static void Write(
        TrainingPlan plan, string numerics, long step, int worker, ReadOnlySpan<float> parameters, Span<float> gradient, Range part)
    {
        var (offset, length) = part.GetOffsetAndLength(gradient.Length);
        for (var i = offset; i < offset + length; i++)
        {
            var bits = Mix((ulong)plan.Seed, (ulong)step, (ulong)worker, (ulong)i);
            var noise = MathF.ScaleB((bits & 0xFFFFFF) / (float)0x1000000 - 0.5f, (int)(bits >> 32) % 18 - 10);
            gradient[i] = noise + (0.125f * parameters[i]) + (numerics.Length * 1e-6f);
        }
    }

    /// <summary>The totals of a worker's samples at a step.</summary>
    public static StepTotals Totals(TrainingPlan plan, long step, int worker, ReadOnlySpan<float> parameters)
    {
        var bits = Mix((ulong)plan.Seed, (ulong)step, (ulong)worker, ulong.MaxValue);
        return new StepTotals((bits >> 40) / 3.0 + Math.Abs(parameters[0]), (int)(bits % 5), 5 + (int)(bits % 7), 5 + (int)(bits % 7));
    }

    /// <summary>Totals of one batch of the test split.</summary>
    public static StepTotals Evaluate(int batch, ReadOnlySpan<float> parameters)
    {
        double loss = batch;
        foreach (var value in parameters)
        {
            loss = (loss * 0.75) + Math.Abs(value);
        }

        return new StepTotals(loss, BitConverter.SingleToInt32Bits(parameters[0]) & 15, 16, 16);
    }

    private static ulong Mix(params ReadOnlySpan<ulong> parts)
    {
        var state = 0UL;
        foreach (var part in parts)
        {
            state += part + 0x9E3779B97F4A7C15;
            state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            state = (state ^ (state >> 27)) * 0x94D049BB133111EB;
            state ^= state >> 31;
        }

        return state;
    }
}

using System.Diagnostics;
using System.Numerics.Tensors;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Gradients;
using Mnist.Distributed.Training.Native;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Coordinator.Scaling;

/// <summary>Measures on this machine what a step's arithmetic costs one thread.</summary>
public static class ComputeMeasurement
{
    private const int SmallBatch = 2;
    private const int LargeBatch = 32;

    /// <summary>A measurement goes on for so long at least, and takes the fastest tenth: what disturbs it only makes it slower.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(200);

    /// <summary>Measures; takes about a second.</summary>
    /// <param name="setup">What is trained.</param>
    /// <param name="train">Images to measure with.</param>
    public static ComputeCost Measure(TrainingSetup setup, ImageSet train)
    {
        LibTorch.EnsureLoaded();
        LibTorch.UseOneThread();
        var small = Gradient(setup, train, SmallBatch);
        var large = Gradient(setup, train, LargeBatch);
        var sample = Math.Max(0, (large - small) / (LargeBatch - SmallBatch));
        var state = setup.NewState();
        var (gradient, sum) = (new FlatVector(state.Parameters.Length), new FlatVector(state.Parameters.Length));
        var update = Fastest(_ => state.Apply(new StepUpdate(state.Step, gradient.Wire, new StepTotals(1, 1, 1, 1), null)));
        var add = Fastest(_ => TensorPrimitives.Add(gradient.Span, state.Parameters.Span, sum.Span));
        return new ComputeCost(Math.Max(0, small - (SmallBatch * sample)), sample, update, add);
    }

    private static double Gradient(TrainingSetup setup, ImageSet train, int batch)
    {
        var plan = setup.Plan with { BatchSize = batch, Workers = 1, Samples = train.Count };
        using var computation = new GradientComputation(setup with { Plan = plan }, train, setup.NewState().Parameters, 0);
        return Fastest(step => computation.Compute(step % plan.StepsPerEpoch));
    }

    private static double Fastest(Action<long> measured)
    {
        var times = new List<double>();
        for (var start = Stopwatch.GetTimestamp(); times.Count < 20 || Stopwatch.GetElapsedTime(start) < Least;)
        {
            var begins = Stopwatch.GetTimestamp();
            measured(times.Count);
            times.Add(Stopwatch.GetElapsedTime(begins).TotalSeconds);
        }

        times.Sort();
        return times[times.Count / 10];
    }
}

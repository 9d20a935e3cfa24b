using System.Diagnostics;
using System.Numerics.Tensors;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Gradients;
using Mnist.Distributed.Training.Native;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Coordinator.Scaling;

/// <summary>Measures the cost of the arithmetic of a step on this machine.</summary>
public static class ComputeMeasurement
{
    private const int SmallBatch = 2;
    private const int LargeBatch = 32;

    /// <summary>
    /// The shortest time of a measurement. A measurement repeats its work and takes the value below
    /// which a tenth of the times lie, because disturbances only make the work slower.
    /// </summary>
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(200);

    /// <summary>Measures the cost, on this thread; takes about a second.</summary>
    /// <param name="setup">The plan and its model.</param>
    /// <param name="train">Images for the measurement.</param>
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

using System.Diagnostics;
using System.Text.Json;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Gradients;
using Mnist.Distributed.Training.Native;
using static TorchSharp.torch;

namespace Mnist.Distributed.Benchmarks.Contenders;

/// <summary>
/// Measures the time of a step's arithmetic: one worker's gradient of 30 images on one thread.
/// Beside it stands the time that the multiplications of the usual algorithm would take at the rate
/// of a large matrix product.
/// </summary>
internal static class Arithmetic
{
    private const int Batch = 30;
    private const int Side = 1024;

    /// <summary>Measures both times in turn, and prints one JSON line for each turn.</summary>
    public static void Run(string model, DataSet data, int count, int epochs)
    {
        LibTorch.EnsureLoaded();
        var plan = new TrainingPlan { Model = model, Workers = 1, BatchSize = Batch, Samples = count };
        var setup = TrainingSetup.Of(plan);
        using var gradient = new GradientComputation(setup, data.Train.First(count), setup.NewState().Parameters, 0);
        using var left = rand(Side, Side);
        using var right = rand(Side, Side);
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            var rate = ProductRate(left, right);
            var start = Stopwatch.GetTimestamp();
            for (var step = 0; step < plan.StepsPerEpoch; step++)
            {
                gradient.Compute(step);
            }

            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds / plan.StepsPerEpoch;
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                @event = "epoch",
                images_per_second = Batch / seconds,
                step_microseconds = seconds * 1e6,
                gflops = rate / 1e9,
                limit_images_per_second = rate / Operations(model),
            }));
        }
    }

    /// <summary>
    /// Floating-point operations per image. A multiply-add counts as two. There are three passes:
    /// forward, by inputs and by weights. The first layer needs no derivative by its inputs.
    /// </summary>
    private static double Operations(string model) => model == "mlp"
        ? 2.0 * ((2 * 784 * 100) + (3 * 100 * 10))
        : 2.0 * ((2 * 28 * 28 * 32 * 9) + (3.0 * 14 * 14 * 64 * 32 * 9) + (3 * 3136 * 128) + (3 * 128 * 10));

    private static double ProductRate(TorchSharp.torch.Tensor left, TorchSharp.torch.Tensor right)
    {
        using var grad = no_grad();
        using var warm = left.mm(right);
        const int times = 5;
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < times; i++)
        {
            using var product = left.mm(right);
        }

        return times * 2.0 * Side * Side * Side / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}

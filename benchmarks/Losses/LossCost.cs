using System.Diagnostics;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Gradients;
using Mnist.Distributed.Training.Native;
using Mnist.Distributed.Training.Views;

namespace Mnist.Distributed.Benchmarks.Losses;

/// <summary>Measures the time of a step of one worker, and of its loss.</summary>
internal static class LossCost
{
    private const int Batch = 30;
    private const int Images = 3000;
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(0.5);

    /// <summary>
    /// The share of a step's time that gathering the batch and computing the loss take.
    /// </summary>
    public static double Share(TrainingPlan plan, DataSet data)
    {
        LibTorch.UseOneThread();
        var (setup, samples) = Prepare(plan, data);
        using var computation = new GradientComputation(setup, samples, setup.NewState().Parameters, 0);
        var view = setup.Objective.View(samples, SceneKey.Training(0));
        int[] indexes = [.. Enumerable.Range(0, Batch)];
        var outputs = new float[Batch * view.ImagesPerSample * setup.Objective.Outputs];
        var random = new Random(1);
        foreach (ref var output in outputs.AsSpan())
        {
            output = random.NextSingle() - 0.5f;
        }

        var byOutputs = new float[outputs.Length];
        return Ratio(_ => setup.Objective.Judge(view.Gather(indexes, 0), outputs, byOutputs), at => computation.Compute(at % setup.Plan.StepsPerEpoch));
    }

    /// <summary>
    /// The time of a step, divided by that with cross entropy on the same model and images.
    /// </summary>
    public static double AgainstCrossEntropy(TrainingPlan plan, DataSet data)
    {
        LibTorch.UseOneThread();
        var (setup, samples) = Prepare(plan, data);
        var usual = setup with { Objective = new CrossEntropyOfImages(setup.Objective) };
        using var one = new GradientComputation(setup, samples, setup.NewState().Parameters, 0);
        using var other = new GradientComputation(usual, samples, setup.NewState().Parameters, 0);
        return Ratio(at => one.Compute(at % setup.Plan.StepsPerEpoch), at => other.Compute(at % setup.Plan.StepsPerEpoch));
    }

    private static (TrainingSetup Setup, ImageSet Samples) Prepare(TrainingPlan plan, DataSet data)
    {
        var samples = data.Train.First(Images);
        return (TrainingSetup.Of(plan with { Workers = 1, BatchSize = Batch, Samples = samples.Count, Data = data.Shape }), samples);
    }

    /// <summary>
    /// The median of the ratios of two times. Both take turns, and each is the first one every other
    /// time, so a busy machine slows both.
    /// </summary>
    private static double Ratio(Action<long> first, Action<long> second)
    {
        var ratios = new List<double>();
        for (var start = Stopwatch.GetTimestamp(); ratios.Count < 30 || Stopwatch.GetElapsedTime(start) < Least;)
        {
            var isFirst = ratios.Count % 2 == 0;
            var before = Time(isFirst ? first : second, ratios.Count);
            var after = Time(isFirst ? second : first, ratios.Count);
            ratios.Add(isFirst ? before / after : after / before);
        }

        return Comparison.Statistics.Median(ratios);
    }

    private static double Time(Action<long> work, long at)
    {
        var start = Stopwatch.GetTimestamp();
        work(at);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}

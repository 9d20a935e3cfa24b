using System.Globalization;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Training.Data;
using Mnist.Distributed.Training;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Reports;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Losses;

/// <summary>
/// Losses learn their tasks with their own defaults. Here they have a small part of the data;
/// <c>docs/losses.md</c> has the values on all of it.
/// </summary>
public sealed class LearningTests(ITestOutputHelper output)
{
    private const int ManySamples = 12_000;
    private const int TestSamples = 2_000;

    [Theory]
    [InlineData("sparse-categorical-cross-entropy", "digits", 2000, 0.7)]
    [InlineData("kl-divergence", "digits", 2000, 0.7)]
    [InlineData("binary-cross-entropy", "digits", 2000, 0.7)]
    [InlineData("hinge", "digits", 2000, 0.7)]
    [InlineData("mse", "digits", 3000, 0.6)]
    [InlineData("mae", "digits", 3000, 0.5)]
    [InlineData("huber", "digits", 3000, 0.6)]
    [InlineData("cosine", "digits", 2000, 0.7)]
    [InlineData("binary-cross-entropy", "even-odd", 2000, 0.8)]
    [InlineData("hinge", "one-vs-rest", 2000, 0.93)]
    [InlineData("dice", "ink", 1000, 0.75)]
    [InlineData("iou", "boxes", 2000, 0.4)]
    [InlineData("triplet", "embedding", 2000, 0.75)]
    [InlineData("ctc", "strings", 5000, 0.5)]
    public void A_loss_learns_its_tasks(string loss, string task, int samples, double limit)
    {
        var report = Learn(loss, task, samples, Digits.RealIfAtHand);

        AssertReached(report.Metrics[0], limit);
    }

    /// <summary>
    /// With a fifth of the training images of MNIST, losses come near their values in
    /// <c>docs/losses.md</c>. The limits are by name of the metric. It takes many minutes, so it runs
    /// only when somebody asks for it: <c>-explicit only -class "*LearningTests"</c>.
    /// </summary>
    [Theory(Explicit = true)]
    [InlineData("sparse-categorical-cross-entropy", "digits", "accuracy 0.95")]
    [InlineData("categorical-cross-entropy", "digits", "accuracy 0.95")]
    [InlineData("nll", "digits", "accuracy 0.95")]
    [InlineData("kl-divergence", "digits", "accuracy 0.95")]
    [InlineData("binary-cross-entropy", "digits", "accuracy 0.95")]
    [InlineData("binary-cross-entropy", "even-odd", "accuracy 0.965, F1 0.965")]
    [InlineData("hinge", "digits", "accuracy 0.95")]
    [InlineData("hinge", "even-odd", "accuracy 0.965, F1 0.965")]
    [InlineData("mse", "digits", "accuracy 0.93")]
    [InlineData("mse", "boxes", "mean IoU 0.55, IoU over 0.5 0.65")]
    [InlineData("mae", "digits", "accuracy 0.85")]
    [InlineData("mae", "boxes", "mean IoU 0.55, IoU over 0.5 0.65")]
    [InlineData("huber", "digits", "accuracy 0.93")]
    [InlineData("huber", "boxes", "mean IoU 0.55, IoU over 0.5 0.65")]
    [InlineData("cosine", "digits", "accuracy 0.93")]
    [InlineData("cosine", "embedding", "centroid accuracy 0.93, recall@1 0.92")]
    [InlineData("dice", "ink", "Dice 0.85, IoU 0.75")]
    [InlineData("iou", "ink", "Dice 0.85, IoU 0.75")]
    [InlineData("iou", "boxes", "mean IoU 0.60, IoU over 0.5 0.75")]
    [InlineData("triplet", "embedding", "centroid accuracy 0.93, recall@1 0.92")]
    [InlineData("ctc", "strings", "label error rate 0.15, whole strings 0.60, label error rate (beam) 0.15, whole strings (beam) 0.60")]
    public void All_metrics_of_a_loss_come_near_their_published_values(string loss, string task, string limits)
    {
        Assert.SkipWhen(Digits.Real is null, "MNIST_DATA is not set to a folder with MNIST.");
        var report = Learn(loss, task, ManySamples, Digits.Real! with { Test = Digits.Real!.Test.First(TestSamples) });

        var expected = limits.Split(", ").Select(limit => (Name: limit[..limit.LastIndexOf(' ')], Value: limit[limit.LastIndexOf(' ')..])).ToArray();
        Assert.Equal(expected.Select(limit => limit.Name), report.Metrics.Select(entry => entry.Metric.Name));
        Assert.All(report.Metrics.Zip(expected), pair => AssertReached(pair.First, double.Parse(pair.Second.Value, CultureInfo.InvariantCulture)));
    }

    private static void AssertReached((Metric Metric, double Value) measured, double limit) => Assert.True(
        measured.Metric.HigherIsBetter ? measured.Value >= limit : measured.Value <= limit, $"{measured.Metric.Name} is {measured.Value}, and the limit is {limit}.");

    private TestReport Learn(string loss, string task, int samples, DataSet data)
    {
        var use = TrainingCatalogue.Standard.Loss(loss).Uses.Single(use => use.Task == task);
        var setup = TrainingSetup.Of(use.In(new TrainingPlan { Samples = samples, Data = data.Shape }, loss));
        using var trainer = new PlainTrainer(setup, data);
        trainer.Train();

        var report = TestReport.Of(setup, trainer.State.Snapshot(), data);
        output.WriteLine($"{loss} {task}: loss {report.Loss:F4}, {string.Join(", ", report.Metrics.Select(entry => $"{entry.Metric.Name} {entry.Value:F4}"))}");
        return report;
    }
}

using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Training.Data;
using Mnist.Distributed.Training;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Reports;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Losses;

/// <summary>
/// Losses learn their tasks with their own defaults. Here they have a small part of the data;
/// <c>docs/losses.md</c> has the values on all of it.
/// </summary>
public sealed class LearningTests(ITestOutputHelper output)
{
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
        var catalogue = TrainingCatalogue.Standard;
        var use = catalogue.Loss(loss).Uses.Single(use => use.Task == task);
        var data = Digits.RealIfAtHand;
        var plan = use.In(new TrainingPlan { Samples = samples }, loss);
        using var trainer = new PlainTrainer(plan, data);
        trainer.Train();

        var report = TestReport.Of(TrainingSetup.Of(plan), trainer.State.Snapshot(), data);

        output.WriteLine($"{loss} {task}: loss {report.Loss:F4}, {string.Join(", ", report.Metrics.Select(entry => $"{entry.Metric.Name} {entry.Value:F4}"))}");
        Assert.True(report.Metrics[0].Metric.HigherIsBetter ? report.Metric >= limit : report.Metric <= limit, $"{report.Metrics[0].Metric.Name} is {report.Metric}");
    }
}

using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Training;
using Mnist.Distributed.Training.Evaluation;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>
/// The results of an epoch that follow from the plan: they have the same bits in any cluster.
/// </summary>
/// <param name="TrainLoss">As in <see cref="EpochMetrics"/>.</param>
/// <param name="TrainMetric">As in <see cref="EpochMetrics"/>.</param>
/// <param name="TestLoss">As in <see cref="EpochMetrics"/>.</param>
/// <param name="TestMetric">As in <see cref="EpochMetrics"/>.</param>
internal readonly record struct EpochResults(double TrainLoss, double TrainMetric, double TestLoss, double TestMetric)
{
    /// <summary>The results in a record.</summary>
    public static EpochResults Of(EpochMetrics recorded) => new(recorded.TrainLoss, recorded.TrainMetric, recorded.TestLoss, recorded.TestMetric);

    /// <summary>
    /// The results of a trainer at the end of an epoch. It evaluates the test split.
    /// </summary>
    public static EpochResults Of(PlainTrainer trainer)
    {
        var (train, test) = (trainer.State.Totals, new TestTotals(trainer.Evaluate()));
        return new(train.Loss, train.Metric, test.Loss, test.Metric);
    }
}

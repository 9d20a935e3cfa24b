using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Tests.Training.Data;
using Mnist.Distributed.Training.Catalogue;
using Xunit;

namespace Mnist.Distributed.Tests.Cluster;

/// <summary>
/// A cluster does not trust its clients: silos check by themselves what <c>mnist train</c> checks.
/// </summary>
public sealed class PlanRefusalTests
{
    private static readonly TrainingPlan Plan =
        TrainingCatalogue.Standard.Complete(DataSource.Use(new() { Samples = 60, Epochs = 1, Workers = 2 }, Digits.Synthetic, folder: null));

    [Fact]
    public async Task Another_metric_than_that_of_the_loss_is_refused() => Assert.Contains(
        "has the metric error, but its Loss cross-entropy has accuracy",
        await Refusal(Plan with { Metric = new Metric("error", HigherIsBetter: false, IsShare: true) }),
        StringComparison.Ordinal);

    private static async Task<string> Refusal(TrainingPlan plan)
    {
        await using var cluster = await InProcessCluster.Start(Digits.Synthetic, computeThreads: 1, TrainingCatalogue.Standard);
        var run = cluster.Grains.GetGrain<ITrainingRunGrain>("refused");

        return (await Assert.ThrowsAsync<InvalidInputException>(() => run.Start(plan, new RunOptions(), null, null))).Message;
    }
}

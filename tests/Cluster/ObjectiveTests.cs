using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Losses;
using Xunit;

namespace Mnist.Distributed.Tests.Cluster;

/// <summary>
/// Every loss trains every task that it is for with the same bytes in one process and on three
/// silos. For the usual loss of every task, 'verify' computes them again, and a silo is killed.
/// </summary>
public sealed class ObjectiveTests(SmallMnist data, ClusterSizes clusters) : IClassFixture<ClusterSizes>
{
    private const int Samples = 150;

    public static TheoryData<string, string> Uses =>
        [.. TrainingCatalogue.Standard.Losses.SelectMany(loss => loss.Uses, (loss, use) => (loss.Name, use.Task))];

    [Theory]
    [MemberData(nameof(Uses))]
    public async Task A_loss_trains_a_task_with_the_same_bytes_on_three_silos(string loss, string task)
    {
        var use = TrainingCatalogue.Standard.Loss(loss).Uses.Single(use => use.Task == task);
        var expected = PlainRun.Sha256(PlanOf(loss, use), data.Load());
        var folder = clusters.Home[$"{loss}-{task}"];
        var run = (await clusters.Home.Mnist(
            ["train", "--loss", loss, "--task", task, "--data", data.Path, "--limit", $"{Samples}", "--workers", "3", "--epochs", "1", "--seed", "4", "--out", folder, "--cluster", ClusterSizes.NameOf(3), "--json"]))
            .Succeeds();

        Assert.Equal(expected, run.Json.Last().GetProperty("weights_sha256").GetString());
        Assert.All(
            run.Json.Where(line => line.GetProperty("event").GetString() == "epoch"),
            epoch => Assert.True(double.IsFinite(epoch.GetProperty("test_loss").GetDouble())));
        if (TrainingCatalogue.Standard.Task(task).Loss == loss)
        {
            (await clusters.Home.Mnist("verify", run.Json.First().GetProperty("run_id").GetString()!, "--cluster", ClusterSizes.NameOf(3))).Succeeds();
        }
    }

    public static TheoryData<string> Tasks => [.. TrainingCatalogue.Standard.Tasks.Select(task => task.Name).Except([new TrainingPlan().Task])];

    [Theory]
    [MemberData(nameof(Tasks))]
    public async Task A_killed_silo_costs_a_task_no_bits(string task)
    {
        await using var home = new UserHome();
        var chaos = (await home.Mnist(
            "chaos", "--task", task, "--data", data.Path, "--limit", "600", "--workers", "3", "--epochs", "3", "--checkpoint-every", "10", "--plan", "kill(server) at step 15", "--json")).Succeeds();

        Assert.True(chaos.Json.Single(line => line.GetProperty("event").GetString() == "schedule").GetProperty("kept").GetBoolean());
    }

    private TrainingPlan PlanOf(string loss, LossUse use) => new()
    {
        Task = use.Task,
        Loss = loss,
        Model = use.Model,
        Optimizer = use.Optimizer,
        LearningRate = use.LearningRate,
        Workers = 3,
        Epochs = 1,
        Samples = Samples,
        Seed = 4,
    };
}

using System.Security.Cryptography;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Tests.Training;
using Mnist.Distributed.Training;
using Mnist.Distributed.Training.Catalogue;
using Xunit;

namespace Mnist.Distributed.Tests.Cluster;

/// <summary>
/// The result of a plan does not depend on the place where it is computed. The oracle is the plain
/// trainer.
/// </summary>
public sealed class SameBytesTests(SmallMnist data, ClusterSizes clusters) : IClassFixture<ClusterSizes>
{
    private const int Epochs = 2;

    [Theory]
    [InlineData("mlp", 1, 0)]
    [InlineData("mlp", 1, 3)]
    [InlineData("mlp", 4, 0)]
    [InlineData("mlp", 4, 1)]
    [InlineData("mlp", 4, 2)]
    [InlineData("mlp", 4, 3)]
    [InlineData("mlp", 7, 2)]
    [LongData("cnn", 1, 0)]
    [LongData("cnn", 1, 2)]
    [LongData("cnn", 4, 0)]
    [LongData("cnn", 4, 1)]
    [InlineData("cnn", 4, 2)]
    [LongData("cnn", 4, 3)]
    public async Task A_run_ends_with_the_plain_trainers_bytes(string model, int workers, int silos)
    {
        var expected = Expect(model, workers);
        for (var repeat = 0; repeat < 2; repeat++)
        {
            var folder = clusters.Home[$"{model}-{workers}-{silos}-{repeat}"];
            await Trains(clusters.Home, model, workers, folder, silos == 0 ? [] : ["--cluster", ClusterSizes.NameOf(silos)], expected);
        }
    }

    /// <summary>
    /// With a fan-out of two, three silos are a tree of two levels. Nobody fails here; a run may
    /// say that it waited, on a busy machine.
    /// </summary>
    [Theory]
    [InlineData("mlp", 2)]
    [LongData("cnn", 3)]
    public async Task A_run_in_slices_ends_with_the_plain_trainers_bytes(string model, int servers)
    {
        string[] where = ["--cluster", ClusterSizes.NameOf(3), "--slices", $"{servers}", "--fan-out", "2"];
        var run = await Trains(clusters.Home, model, 4, clusters.Home[$"sliced-{model}"], where, Expect(model, 4));
        var incidents = run.Json.Where(line => line.GetProperty("event").GetString() == "incident").Select(line => line.GetProperty("kind").GetString());
        Assert.All(incidents, kind => Assert.Equal("waited", kind));
    }

    /// <summary>
    /// Silos of one machine share memory. These silos do not, and send bytes as silos of different
    /// machines do.
    /// </summary>
    [Theory]
    [InlineData("mlp")]
    [LongData("cnn")]
    public async Task A_run_on_silos_that_share_no_memory_ends_with_the_plain_trainers_bytes(string model)
    {
        await using var home = new UserHome();
        home.Set("MNIST_SHARED_MEMORY", "off");
        await home.Up("apart", 2);
        await Trains(home, model, 4, home["out"], ["--cluster", "apart"], Expect(model, 4));
    }

    /// <summary>
    /// Moments and average are state on every silo, and each silo computes the norm by itself.
    /// </summary>
    [Fact]
    public async Task A_run_with_moments_clipping_schedule_and_average_ends_with_the_plain_trainers_bytes()
    {
        string[] update = ["--optimizer", "adam", "--schedule", "one-cycle", "--warmup-steps", "20", "--clip-value", "0.05", "--clip-norm", "0.5", "--ema", "0.99"];
        var expected = Expect(PlanOf("mlp", 4) with
        {
            Optimizer = "adam",
            OptimizerSettings = Settings.Empty,
            LearningRate = 0.001f,
            Schedule = "one-cycle",
            WarmupSteps = 20,
            ClipValue = 0.05f,
            ClipNorm = 0.5f,
            Ema = 0.99,
        });
        await Trains(clusters.Home, "mlp", 4, clusters.Home["update"], ["--cluster", ClusterSizes.NameOf(2), .. update], expected, []);
    }

    private Task<Finished> Trains(UserHome home, string model, int workers, string folder, string[] where, Expectation expected) =>
        Trains(home, model, workers, folder, where, expected, ["--momentum", "0.5", "--weight-decay", "0.0001"]);

    private async Task<Finished> Trains(UserHome home, string model, int workers, string folder, string[] where, Expectation expected, string[] settings)
    {
        var run = await home.Mnist(
            ["train", "--model", model, "--data", data.Path, "--workers", $"{workers}", "--epochs", $"{Epochs}", "--seed", "7", "--out", folder, "--json", .. settings, .. where]);
        run.Succeeds();
        Assert.Equal(expected.Weights, Sha256(Path.Combine(folder, "model.safetensors")));
        Assert.Equal(expected.Weights, run.Json.Last().GetProperty("weights_sha256").GetString());
        var epochs = run.Json.Where(line => line.GetProperty("event").GetString() == "epoch").ToArray();
        Assert.Equal(expected.TestLoss, epochs.Select(epoch => epoch.GetProperty("test_loss").GetDouble()).ToArray());
        Assert.Equal(expected.TrainLoss, epochs.Select(epoch => epoch.GetProperty("train_loss").GetDouble()).ToArray());
        return run;
    }

    private TrainingPlan PlanOf(string model, int workers) => new()
    {
        Model = model,
        Workers = workers,
        Epochs = Epochs,
        Samples = data.Load().Train.Count,
        OptimizerSettings = PlanSettings.Sgd(0.5f, 0.0001f),
        Seed = 7,
    };

    private Expectation Expect(string model, int workers) => Expect(PlanOf(model, workers));

    private Expectation Expect(TrainingPlan plan)
    {
        var set = data.Load();
        using var trainer = new PlainTrainer(plan, set);
        var trainLoss = new List<double>();
        var testLoss = new List<double>();
        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            for (var step = 0; step < plan.StepsPerEpoch; step++)
            {
                trainer.TrainStep();
            }

            trainLoss.Add(trainer.State.Totals.Loss);
            testLoss.Add(trainer.Evaluate().Average(batch => batch.Loss));
        }

        var path = clusters.Home[$"plain-{Guid.NewGuid():N}.safetensors"];
        ModelWeights.Write(path, TrainingSetup.Of(plan), trainer.State.Snapshot());
        return new Expectation(Sha256(path), [.. trainLoss], [.. testLoss]);
    }

    private static string Sha256(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    private sealed record Expectation(string Weights, double[] TrainLoss, double[] TestLoss);
}

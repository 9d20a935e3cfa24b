using System.Security.Cryptography;
using System.Text.Json;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Evaluation;
using Xunit;
using Signals = Mnist.Distributed.Tests.Processes.Signals;

namespace Mnist.Distributed.Tests.Cluster;

/// <summary>
/// A run on real silos that is killed or stopped, and resumed on another number of silos, stops
/// early after the same epoch as the plain trainer, and keeps the same best weights.
/// </summary>
public sealed class EarlyStopTests(SmallMnist data) : IAsyncDisposable
{
    /// <summary>
    /// The patience is so long that the run goes on for a while after the epochs that the tests
    /// wait for.
    /// </summary>
    private static readonly TrainingPlan Plan = new()
    {
        Model = "mlp-logits",
        Workers = 3,
        Epochs = 1000,
        LearningRate = 0.02f,
        Samples = SmallMnist.TrainCount,
        Patience = 25,
    };

    private readonly UserHome _home = new();

    [LongFact]
    public async Task A_run_that_loses_all_its_silos_stops_after_the_same_epoch()
    {
        await _home.Up("c", 3);
        var pids = (await _home.Mnist("cluster", "status", "--name", "c", "--json")).Succeeds().Json.Select(silo => silo.GetProperty("pid").GetInt32()).ToArray();
        using var train = Train();
        var id = await ReadUntilEpoch(train, 4);
        await Task.WhenAll(pids.Select(Signals.KillNow));
        await Signals.KillNow(train.Id);
        await _home.Up("c", 1);

        await Resumes(id);
    }

    [LongFact]
    public async Task A_stopped_run_that_is_resumed_stops_after_the_same_epoch()
    {
        await _home.Up("c", 2);
        using var train = Train();
        var id = await ReadUntilEpoch(train, 3);
        Signals.Interrupt(train.Id);
        await train.StandardOutput.ReadToEndAsync(_home.Guard);
        await train.WaitForExitAsync(_home.Guard);
        Assert.Equal(130, train.ExitCode);

        await Resumes(id);
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    private System.Diagnostics.Process Train() => _home.Start(
        "train", "--data", data.Path, "--model", Plan.Model, "--workers", $"{Plan.Workers}", "--epochs", $"{Plan.Epochs}", "--lr", "0.02", "--patience", $"{Plan.Patience}",
        "--keep", "best", "--cluster", "c", "--out", _home["out"], "--json");

    private async Task<string> ReadUntilEpoch(System.Diagnostics.Process train, int epoch)
    {
        var id = "";
        while (await train.StandardOutput.ReadLineAsync(_home.Guard) is { } line)
        {
            var happened = JsonSerializer.Deserialize<JsonElement>(line);
            id = happened.GetProperty("event").GetString() == "run" ? happened.GetProperty("run_id").GetString()! : id;
            if (happened.GetProperty("event").GetString() == "epoch" && happened.GetProperty("epoch").GetInt32() == epoch)
            {
                return id;
            }
        }

        throw new InvalidOperationException($"The run ended before epoch {epoch}: {await train.StandardError.ReadToEndAsync(_home.Guard)}");
    }

    private async Task Resumes(string id)
    {
        var expected = Expected();
        var end = (await _home.Mnist("runs", "resume", id, "--cluster", "c", "--out", _home["out"], "--json")).Succeeds().Json.Last();
        Assert.Equal(expected, (end.GetProperty("message").GetString()!, end.GetProperty("weights_epoch").GetInt32(), end.GetProperty("weights_sha256").GetString()!));

        var shown = (await _home.Mnist("runs", "show", id, "--cluster", "c")).Succeeds().Output;
        Assert.Contains($"status: completed: {expected.Reason}", shown, StringComparison.Ordinal);
        Assert.Contains($"kept: weights of epoch {expected.Best}, the best of ", shown, StringComparison.Ordinal);
        var verified = (await _home.Mnist("verify", id, "--cluster", "c")).Succeeds().Output;
        Assert.Contains($"The plan ends the run there: {expected.Reason}.", verified, StringComparison.Ordinal);
        Assert.Contains("agree, 0 differ", verified, StringComparison.Ordinal);
    }

    /// <summary>The plain trainer's reason to stop, its best epoch and the digest of that epoch's
    /// file.</summary>
    private (string Reason, int Best, string Sha256) Expected()
    {
        var set = data.Load();
        using var trainer = new PlainTrainer(Plan, set);
        var metrics = new List<double>();
        TrainingState? best = null;
        while (!EarlyStopping.After(Plan, metrics).IsOver)
        {
            do
            {
                trainer.TrainStep();
            }
            while (trainer.State.Step % Plan.StepsPerEpoch != 0);

            var metric = new TestTotals(trainer.Evaluate()).Metric;
            best = metrics.All(earlier => earlier < metric) ? trainer.State.Snapshot() : best;
            metrics.Add(metric);
        }

        var epoch = metrics.IndexOf(metrics.Max()) + 1;
        using var folder = new TemporaryFolder();
        ModelWeights.Write(folder["best"], TrainingSetup.Of(Plan with { DataSet = set.Name, Data = set.Shape }), best!, epoch);
        return (EarlyStopping.After(Plan, metrics).Reason!, epoch, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(folder["best"]))));
    }
}

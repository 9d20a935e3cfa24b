using System.Text.Json;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Samples;

/// <summary>
/// A user's module with batch norm and dropout, trained by Adam with clipping, a one-cycle schedule
/// and an average: the same bytes on any number of silos, through faults, and after a resume.
/// </summary>
public sealed class OwnModelFaultTests : IAsyncDisposable
{
    private const string Cluster = "own";

    private static readonly string[] Options =
    [
        "--model", Sample.Model, "--workers", "3",
        "--optimizer", "adam", "--schedule", "one-cycle", "--warmup-steps", "20", "--clip-value", "0.05", "--clip-norm", "0.5", "--ema", "0.99",
    ];

    private static readonly string[] Plan = [.. Options, "--epochs", "10"];

    private readonly UserHome _home = new() { Programs = Sample.Programs };

    public OwnModelFaultTests(SmallMnist data) => _home.Set("MNIST_DATA", data.Path);

    [LongFact]
    public async Task Bytes_are_the_same_on_one_to_three_silos_and_after_a_resume_on_fewer()
    {
        (await Own(["train", .. Plan, "--out", "alone"])).Succeeds();
        (await Own("cluster", "up", "--silos", "1", "--name", Cluster)).Succeeds();
        foreach (var silos in (int[])[1, 2, 3])
        {
            (await Own("cluster", "scale", "--silos", $"{silos}", "--name", Cluster)).Succeeds();
            (await Own(["train", .. Plan, "--cluster", Cluster, "--out", $"on-{silos}"])).Succeeds();
            Assert.Equal(Sample.Weights(_home, "alone"), Sample.Weights(_home, $"on-{silos}"));
        }

        var stopped = await TrainAndStop();
        (await Own("cluster", "scale", "--silos", "2", "--name", Cluster)).Succeeds();
        (await Own("runs", "resume", stopped, "--cluster", Cluster, "--out", "resumed")).Succeeds();
        Assert.Equal(Sample.Weights(_home, "alone"), Sample.Weights(_home, "resumed"));
        Assert.Contains("Results of 10 epochs recomputed: 10 agree", (await Own("verify", stopped, "--cluster", Cluster)).Succeeds().Output, StringComparison.Ordinal);
        (await Own("cluster", "down", "--name", Cluster)).Succeeds();
    }

    [LongFact]
    public async Task Faults_cost_no_bits()
    {
        // A busy machine sees the last fault hundreds of steps after it is due.
        const string Faults = "kill(server) at step 60; kill(run) at step 120; power cut at step 200";
        var chaos = (await Own(["chaos", .. Options, "--epochs", "60", "--silos", "3", "--checkpoint-every", "60", "--plan", Faults, "--json"])).Succeeds();

        Assert.True(chaos.Json.Single(line => Is(line, "schedule")).GetProperty("kept").GetBoolean());
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    private static bool Is(JsonElement line, string name) => line.GetProperty("event").GetString() == name;

    /// <summary>Stops a run in the middle.</summary>
    /// <returns>The id of the run.</returns>
    private async Task<string> TrainAndStop()
    {
        using var train = _home.StartProgram(Sample.Name, ["train", .. Plan, "--cluster", Cluster, "--out", "stopped", "--json"]);
        var id = "";
        while (await train.StandardOutput.ReadLineAsync(_home.Guard) is { } text)
        {
            var line = JsonSerializer.Deserialize<JsonElement>(text);
            id = Is(line, "run") ? line.GetProperty("run_id").GetString()! : id;
            if (Is(line, "epoch"))
            {
                Signals.Interrupt(train.Id);
                break;
            }
        }

        await train.StandardOutput.ReadToEndAsync(_home.Guard);
        await train.WaitForExitAsync(_home.Guard);
        Assert.Equal(130, train.ExitCode);
        return id;
    }

    private Task<Finished> Own(params string[] arguments) => _home.Run(Sample.Name, arguments);
}

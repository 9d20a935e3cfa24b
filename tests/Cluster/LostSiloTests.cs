using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Training;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.Weights;
using Xunit;

namespace Mnist.Distributed.Tests.Cluster;

/// <summary>
/// Three silos, one of which is killed or stopped in the middle of a run. Between them the cases hit the silo with the run, the one with
/// the parameter server and one with workers only; the bytes are those of the undisturbed plain trainer.
/// </summary>
public sealed class LostSiloTests(SmallMnist data) : IAsyncDisposable
{
    private const int Epochs = 40;
    private readonly UserHome _home = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_killed_silo_costs_no_bits(int silo) => await Disturb(silo, async pid =>
    {
        await Signals.KillNow(pid);
        return () => { };
    });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_stopped_silo_costs_no_bits_and_is_harmless_when_it_wakes(int silo) => await Disturb(silo, pid =>
    {
        Signals.Stop(pid);
        return Task.FromResult(() => Signals.Continue(pid));
    });

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    /// <summary>Disturbs a silo once the third epoch is done, and ends the disturbance five epochs later.</summary>
    private async Task Disturb(int silo, Func<int, Task<Action>> disturb)
    {
        await _home.Up("lossy", 3);
        var silos = (await _home.Mnist("cluster", "status", "--name", "lossy", "--json")).Succeeds().Json.ToArray();
        using var train = _home.Start(
            "train", "--data", data.Path, "--workers", "5", "--epochs", $"{Epochs}", "--momentum", "0.9", "--cluster", "lossy", "--out", _home["out"], "--json");
        Action mend = () => { };
        while (await train.StandardOutput.ReadLineAsync(_home.Guard) is { } line)
        {
            if (line.StartsWith("{\"event\":\"epoch\",\"epoch\":3,", StringComparison.Ordinal))
            {
                mend = await disturb(silos[silo].GetProperty("pid").GetInt32());
            }
            else if (line.StartsWith("{\"event\":\"epoch\",\"epoch\":8,", StringComparison.Ordinal))
            {
                mend();
            }
        }

        await train.WaitForExitAsync(_home.Guard);
        Assert.True(train.ExitCode == 0, await train.StandardError.ReadToEndAsync(_home.Guard));
        Assert.Equal(Enumerable.Range(1, Epochs), Metrics());
        Assert.Equal(ExpectedWeights(), File.ReadAllBytes(Path.Combine(_home["out"], "model.safetensors")));
    }

    private IEnumerable<int> Metrics() => File.ReadAllLines(Path.Combine(_home["out"], "metrics.jsonl"))
        .Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("epoch").GetInt32());

    private byte[] ExpectedWeights()
    {
        var set = data.Load();
        var plan = new TrainingPlan { Workers = 5, Epochs = Epochs, Samples = set.Train.Count, Momentum = 0.9f };
        using var trainer = new PlainTrainer(plan, set);
        trainer.Train();
        var path = _home["expected.safetensors"];
        ModelWeights.Write(path, Model.Of(plan).Layout, trainer.State.Snapshot());
        return File.ReadAllBytes(path);
    }
}

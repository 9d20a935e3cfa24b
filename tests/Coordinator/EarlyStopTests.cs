using System.Text.Json;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Training.Weights;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator;

/// <summary>
/// <c>--patience</c>, <c>--target</c> and <c>--keep</c> of <c>mnist train</c>, as a user sees them.
/// </summary>
public sealed class EarlyStopTests(SmallMnist data) : IAsyncDisposable
{
    private const int Patience = 2;

    private readonly UserHome _home = new();

    [Fact]
    public async Task A_run_stops_when_its_patience_ends_and_its_best_weights_are_written()
    {
        var run = (await _home.Mnist(Train("0.3", 60, "--patience", $"{Patience}", "--keep", "best"))).Succeeds();

        var metrics = Accuracies();
        var best = Array.IndexOf(metrics, metrics.Max()) + 1;
        Assert.InRange(metrics.Length, Patience + 1, 59);
        Assert.Equal(metrics.Length, best + Patience);
        Assert.Contains($"status: completed: stopped early after epoch {metrics.Length}: no better accuracy for {Patience} epochs; best ", run.Output, StringComparison.Ordinal);
        Assert.Contains($"kept: weights of epoch {best}, the best of {metrics.Length}", run.Output, StringComparison.Ordinal);

        var description = Description();
        Assert.Equal("completed", description.GetProperty("status").GetString());
        Assert.StartsWith("stopped early", description.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(best, description.GetProperty("weights_epoch").GetInt32());
        Assert.Equal($"weights of epoch {best}, the best of {metrics.Length}", description.GetProperty("kept").GetString());

        var file = Path.Combine(_home["out"], "model.safetensors");
        Assert.Equal($"{best}", SafetensorsFile.Read(file).Metadata["epoch"]);
        var evaluated = (await _home.Mnist("evaluate", "--weights", file, "--data", data.Path, "--json")).Succeeds().Json.Single();
        Assert.Equal(metrics.Max(), evaluated.GetProperty("test_accuracy").GetDouble());
    }

    [Fact]
    public async Task A_run_stops_after_the_epoch_that_reaches_the_target()
    {
        var run = (await _home.Mnist(Train("0.05", 60, "--target", "0.4", "--json"))).Succeeds();

        var metrics = Accuracies();
        Assert.True(metrics[^1] >= 0.4);
        Assert.All(metrics[..^1], accuracy => Assert.True(accuracy < 0.4));
        var end = run.Json.Last();
        Assert.Equal("completed", end.GetProperty("status").GetString());
        Assert.Matches($"^stopped early after epoch {metrics.Length}: accuracy .* reaches the target of 40.00 %$", end.GetProperty("message").GetString());
        Assert.Equal(metrics.Length, end.GetProperty("weights_epoch").GetInt32());
        Assert.DoesNotContain("epoch", SafetensorsFile.Read(Path.Combine(_home["out"], "model.safetensors")).Metadata.Keys);
    }

    [Fact]
    public async Task What_is_kept_does_not_change_what_is_trained()
    {
        (await _home.Mnist(Train("0.3", 8))).Succeeds();
        var last = Accuracies();
        (await _home.Mnist(Train("0.3", 8, "--keep", "best", "--force"))).Succeeds();

        Assert.Equal(last, Accuracies());
        Assert.Equal(Array.IndexOf(last, last.Max()) + 1, Description().GetProperty("weights_epoch").GetInt32());
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    /// <summary>A command line. With a high learning rate, the accuracy rises and falls.</summary>
    private string[] Train(string rate, int epochs, params string[] options) =>
        ["train", "--data", data.Path, "--model", "mlp-logits", "--lr", rate, "--epochs", $"{epochs}", "--out", _home["out"], .. options];

    private double[] Accuracies() =>
    [
        .. File.ReadAllLines(Path.Combine(_home["out"], "metrics.jsonl")).Select(line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("test_accuracy").GetDouble()),
    ];

    private JsonElement Description() => JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Path.Combine(_home["out"], "run.json")));
}

using System.Text.Json;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator;

/// <summary><c>mnist train</c> in this process, as a user or a script sees it.</summary>
public sealed class TrainTests(SmallMnist data) : IAsyncDisposable
{
    private readonly UserHome _home = new();

    [Fact]
    public async Task Train_writes_the_results_a_script_relies_on()
    {
        (await _home.Mnist("train", "--data", data.Path, "--epochs", "2", "--out", _home["out"])).Succeeds();

        var metrics = File.ReadAllLines(Path.Combine(_home["out"], "metrics.jsonl")).Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToArray();
        Assert.Equal(2, metrics.Length);
        Assert.Equal(
            ["epoch", "steps", "train_loss", "train_accuracy", "test_loss", "test_accuracy", "seconds", "images_per_second", "learning_rate"],
            metrics[0].EnumerateObject().Select(property => property.Name));
        Assert.Equal([1, 2], metrics.Select(epoch => epoch.GetProperty("epoch").GetInt32()));
        Assert.All(metrics, epoch => Assert.Equal((SmallMnist.TrainCount + 29) / 30, epoch.GetProperty("steps").GetInt32()));
        Assert.All(metrics, epoch => Assert.InRange(epoch.GetProperty("test_accuracy").GetDouble(), 0, 1));

        var run = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Path.Combine(_home["out"], "run.json")));
        Assert.Equal("completed", run.GetProperty("status").GetString());
        Assert.Equal("mlp", run.GetProperty("plan").GetProperty("model").GetString());
        Assert.Single(run.GetProperty("silos").EnumerateArray());
        Assert.Contains("libtorch", run.GetProperty("fingerprint").GetString(), StringComparison.Ordinal);
        var weights = File.ReadAllBytes(Path.Combine(_home["out"], "model.safetensors"));
        Assert.Equal(
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(weights)),
            run.GetProperty("weights_sha256").GetString());
    }

    [Fact]
    public async Task Train_puts_results_under_the_run_id_by_default()
    {
        var run = (await _home.Mnist("train", "--data", data.Path, "--limit", "60", "--epochs", "1", "--json")).Succeeds();
        var id = run.Json.First().GetProperty("run_id").GetString()!;
        Assert.True(File.Exists(Path.Combine(_home["runs"], id, "model.safetensors")));
    }

    [Fact]
    public async Task Json_is_all_that_goes_to_standard_output()
    {
        var run = (await _home.Mnist("train", "--data", data.Path, "--epochs", "2", "--out", _home["out"], "--json")).Succeeds();
        var events = run.Json.Select(line => line.GetProperty("event").GetString()).Where(name => name is not ("progress" or "incident"));
        Assert.Equal(["run", "epoch", "epoch", "done"], events);
        Assert.Equal("completed", run.Json.Last().GetProperty("status").GetString());
    }

    [Fact]
    public async Task Going_on_from_weights_starts_where_they_are()
    {
        (await _home.Mnist("train", "--data", data.Path, "--epochs", "2", "--out", _home["first"])).Succeeds();
        var first = Path.Combine(_home["first"], "model.safetensors");
        var evaluated = (await _home.Mnist("evaluate", "--weights", first, "--data", data.Path, "--json")).Succeeds().Json.Single();
        var metrics = JsonSerializer.Deserialize<JsonElement>(File.ReadAllLines(Path.Combine(_home["first"], "metrics.jsonl"))[^1]);
        Assert.Equal(metrics.GetProperty("test_loss").GetDouble(), evaluated.GetProperty("test_loss").GetDouble());
        Assert.Equal(metrics.GetProperty("test_accuracy").GetDouble(), evaluated.GetProperty("test_accuracy").GetDouble());

        var second = (await _home.Mnist("train", "--data", data.Path, "--epochs", "1", "--init", first, "--out", _home["second"], "--json")).Succeeds();
        var loss = second.Json.First(line => line.GetProperty("event").GetString() == "epoch").GetProperty("train_loss").GetDouble();
        Assert.True(loss < metrics.GetProperty("train_loss").GetDouble());
    }

    [Fact]
    public async Task Weights_are_a_file_or_a_run_and_the_command_of_a_run_names_the_file()
    {
        var id = (await _home.Mnist("train", "--data", data.Path, "--epochs", "1", "--name", "first", "--json")).Succeeds().Json.First().GetProperty("run_id").GetString()!;
        var file = $"runs/{id}/model.safetensors";
        var expected = (await _home.Mnist("evaluate", "--data", data.Path, "--weights", file, "--json")).Succeeds().Output;
        foreach (var weights in (string[])[$"runs/{id}", id, id[..10], "first", "latest"])
        {
            Assert.Equal(expected, (await _home.Mnist("evaluate", "--data", data.Path, "--weights", weights, "--json")).Succeeds().Output);
        }

        (await _home.Mnist("train", "--data", data.Path, "--epochs", "1", "--init", "latest", "--out", "second")).Succeeds();
        var command = JsonSerializer.Deserialize<JsonElement>(await File.ReadAllTextAsync(_home["second/run.json"], _home.Guard)).GetProperty("command").GetString();
        Assert.Contains($"--init {file}", command, StringComparison.Ordinal);
        Assert.Contains("'nothing' does not exist", (await _home.Mnist("evaluate", "--weights", "nothing")).IsRefused(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_loss_that_is_no_number_ends_the_run_and_names_the_step()
    {
        var run = await _home.Mnist(
            "train", "--data", data.Path, "--model", "mlp-logits", "--lr", "1e30", "--epochs", "3", "--out", _home["out"], "--json");
        Assert.Equal(1, run.ExitCode);
        Assert.Matches("step [0-9]+ \\(epoch 1\\)", run.Error);
        Assert.Equal("failed", run.Json.Last().GetProperty("status").GetString());
        Assert.Contains("\"failed\"", File.ReadAllText(Path.Combine(_home["out"], "run.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupt_stops_after_a_step_and_keeps_what_there_is()
    {
        using var process = _home.Start("train", "--data", data.Path, "--epochs", "100000", "--out", _home["out"], "--json");
        while (await process.StandardOutput.ReadLineAsync(_home.Guard) is { } line
            && !line.Contains("\"epoch\":2", StringComparison.Ordinal))
        {
        }

        Signals.Interrupt(process.Id);
        var rest = await process.StandardOutput.ReadToEndAsync(_home.Guard);
        var error = await process.StandardError.ReadToEndAsync(_home.Guard);
        await process.WaitForExitAsync(_home.Guard);

        Assert.Equal(130, process.ExitCode);
        Assert.Contains("\"status\":\"stopped\"", rest, StringComparison.Ordinal);
        Assert.Contains("mnist runs resume", error, StringComparison.Ordinal);
        (await _home.Mnist("evaluate", "--weights", Path.Combine(_home["out"], "model.safetensors"), "--data", data.Path)).Succeeds();
    }

    [Fact]
    public async Task Without_MNIST_and_without_network_train_says_so_and_takes_synthetic_digits()
    {
        _home.Set("HTTPS_PROXY", "http://127.0.0.1:1");
        _home.Set("HTTP_PROXY", "http://127.0.0.1:1");
        var run = (await _home.Mnist("train", "--limit", "300", "--epochs", "1", "--out", _home["out"])).Succeeds();
        Assert.Contains("synthetic", run.Output, StringComparison.Ordinal);

        var refused = await _home.Mnist("train", "--dataset", "mnist", "--limit", "300", "--epochs", "1", "--json");
        Assert.Contains("--data", refused.IsRefused(), StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();
}

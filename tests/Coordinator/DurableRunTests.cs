using System.Diagnostics;
using System.Text.Json;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Cluster;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Tests.Training;
using Xunit;
using Signals = Mnist.Distributed.Tests.Processes.Signals;

namespace Mnist.Distributed.Tests.Coordinator;

/// <summary>
/// A run that trains in a process of its own has its record in its folder. Another process, or a
/// cluster, goes on with it, to the bytes of the plain trainer.
/// </summary>
public sealed class DurableRunTests(SmallMnist data) : IAsyncDisposable
{
    /// <summary>So many that nobody is faster than the test.</summary>
    private const int Epochs = 60;

    private static readonly TrainingPlan Plan = new() { Workers = 3, Epochs = Epochs, Seed = 5, OptimizerSettings = PlanSettings.Sgd(0.9f), Samples = SmallMnist.TrainCount };

    private readonly UserHome _home = new();

    private string Out => _home["out"];

    [Fact]
    public async Task A_run_that_was_killed_goes_on_with_its_own_options()
    {
        await TrainUntilKilled();
        var shown = (await _home.Mnist("runs", "show", "out", "--json")).Succeeds().Json.Single();
        Assert.Equal("interrupted", shown.GetProperty("status").GetString());

        var resumed = (await _home.Mnist("runs", "resume", "out", "--json")).Succeeds();

        Assert.Contains(resumed.Json, line => line.TryGetProperty("kind", out var kind) && kind.GetString() == "resumed");
        AssertComplete();
        (await _home.Mnist("verify", "out", "--data", data.Path)).Succeeds();
        Assert.Contains("complete", (await _home.Mnist("runs", "resume", "out")).IsRefused(), StringComparison.Ordinal);
    }

    [LongFact]
    public async Task A_newest_record_that_is_damaged_costs_one_checkpoint()
    {
        await TrainUntilKilled();
        var records = Directory.GetFiles(Path.Combine(Out, "record")).Where(file => Path.GetExtension(file) is ".even" or ".odd").OrderBy(File.GetLastWriteTimeUtc).ToArray();
        Assert.Equal(2, records.Length);
        var bytes = File.ReadAllBytes(records[^1]);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(records[^1], bytes);

        var resumed = (await _home.Mnist("runs", "resume", "out", "--json")).Succeeds();

        Assert.Contains(resumed.Json, line => line.TryGetProperty("kind", out var kind) && kind.GetString() == "storage");
        AssertComplete();
    }

    [Fact]
    public async Task A_stopped_run_goes_on_on_a_cluster_and_then_in_a_process_again()
    {
        using (var train = Train())
        {
            await ReadUntilEpoch(train, 3);
            Signals.Interrupt(train.Id);
            var error = await train.StandardError.ReadToEndAsync(_home.Guard);
            await train.WaitForExitAsync(_home.Guard);
            Assert.Equal(130, train.ExitCode);
            Assert.Contains("mnist runs resume", error, StringComparison.Ordinal);
        }

        await _home.Up("c", 2);
        using (var resume = _home.Start("runs", "resume", "out", "--cluster", "c", "--json"))
        {
            await ReadUntilEpoch(resume, 6);
            Signals.Interrupt(resume.Id);
            await resume.StandardOutput.ReadToEndAsync(_home.Guard);
            await resume.WaitForExitAsync(_home.Guard);
            Assert.Equal(130, resume.ExitCode);
        }

        Assert.Equal("c", Description().GetProperty("cluster").GetString());
        (await _home.Mnist("runs", "resume", "out", "--in-process")).Succeeds();
        AssertComplete();
        Assert.Equal(JsonValueKind.Null, Description().GetProperty("cluster").ValueKind);
    }

    [Fact]
    public async Task A_run_trains_in_one_process_at_a_time_and_another_one_can_stop_it()
    {
        using var train = Train(epochs: 100_000);
        await ReadUntilEpoch(train, 2);
        var rest = train.StandardOutput.ReadToEndAsync(_home.Guard);
        Assert.Equal("running", (await _home.Mnist("runs", "show", "out", "--json")).Succeeds().Json.Single().GetProperty("status").GetString());
        Assert.Contains($"process {train.Id}", (await _home.Mnist("runs", "resume", "out")).IsRefused(), StringComparison.Ordinal);

        var stopped = (await _home.Mnist("runs", "stop", "out", "--json")).Succeeds().Json.Single();

        Assert.Equal("stopped", stopped.GetProperty("status").GetString());
        await rest;
        await train.WaitForExitAsync(_home.Guard);
        Assert.Equal(130, train.ExitCode);
        Assert.Contains("there is nothing to stop", (await _home.Mnist("runs", "stop", "out")).IsRefused(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_is_found_by_its_name_the_beginning_of_its_id_and_as_the_newest()
    {
        var first = await TrainBriefly("--name", "first", "--tag", "a", "--tag", "b", "--notes", "a try");
        var second = await TrainBriefly("--name", "second");
        var shown = await Show("first");
        Assert.Equal(first, shown.GetProperty("run_id").GetString());
        Assert.Equal(["a", "b"], shown.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
        Assert.Equal("a try", shown.GetProperty("notes").GetString());
        Assert.Equal(second, (await Show("latest")).GetProperty("run_id").GetString());
        Assert.Equal(second, (await Show(second[..^1])).GetProperty("run_id").GetString());
        Assert.Contains("2 runs begin with", (await _home.Mnist("runs", "show", first[..2])).IsRefused(), StringComparison.Ordinal);
        Assert.Contains("There is no run third", (await _home.Mnist("runs", "show", "third")).IsRefused(), StringComparison.Ordinal);
        Assert.Contains("latest", (await _home.Mnist("train", "--name", "latest")).IsRefused(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_at_the_end_finds_the_result()
    {
        var id = await TrainBriefly("--then", $"echo \"$MNIST_RUN_ID $MNIST_RUN_STATUS $MNIST_RUN_METRIC $MNIST_RUN_VALUE $MNIST_RUN_OUT\" >{_home["then"]}");
        var words = File.ReadAllText(_home["then"]).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal([id, "completed", "accuracy"], words[..3]);
        Assert.InRange(double.Parse(words[3], System.Globalization.CultureInfo.InvariantCulture), 0, 1);
        Assert.True(File.Exists(Path.Combine(words[4], "run.json")));

        var failing = await _home.Mnist("train", "--data", data.Path, "--limit", "60", "--epochs", "1", "--then", "exit 3");
        Assert.Equal(1, failing.ExitCode);
        Assert.Contains("ended with code 3", failing.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_record_of_another_run_is_replaced_with_force()
    {
        (await _home.Mnist("train", "--data", data.Path, "--limit", "60", "--epochs", "1", "--out", "out")).Succeeds();
        var before = Directory.GetFiles(Path.Combine(Out, "record"));
        (await _home.Mnist("train", "--data", data.Path, "--limit", "90", "--epochs", "1", "--out", "out", "--force")).Succeeds();
        Assert.Empty(before.Intersect(Directory.GetFiles(Path.Combine(Out, "record"))));
        (await _home.Mnist("verify", "out", "--data", data.Path)).Succeeds();
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    private Process Train(int epochs = Epochs) => _home.Start(
        "train", "--data", data.Path, "--workers", "3", "--seed", "5", "--momentum", "0.9", "--epochs", $"{epochs}", "--checkpoint-every", "7", "--out", "out", "--json");

    private async Task TrainUntilKilled()
    {
        using var train = Train();
        await ReadUntilEpoch(train, 3);
        await Signals.KillNow(train.Id);
        await train.WaitForExitAsync(_home.Guard);
    }

    private async Task<string> TrainBriefly(params string[] options)
    {
        var run = (await _home.Mnist(["train", "--data", data.Path, "--limit", "60", "--epochs", "1", "--json", .. options])).Succeeds();
        return run.Json.First().GetProperty("run_id").GetString()!;
    }

    private async Task<JsonElement> Show(string run) => (await _home.Mnist("runs", "show", run, "--json")).Succeeds().Json.Single();

    private async Task ReadUntilEpoch(Process process, int epoch)
    {
        while (await process.StandardOutput.ReadLineAsync(_home.Guard) is { } line)
        {
            if (line.Contains($"\"event\":\"epoch\",\"epoch\":{epoch},", StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"The run has ended before epoch {epoch}: {await process.StandardError.ReadToEndAsync(_home.Guard)}");
    }

    private JsonElement Description() => JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Path.Combine(Out, "run.json")));

    private void AssertComplete()
    {
        var run = Description();
        Assert.Equal("completed", run.GetProperty("status").GetString());
        Assert.Equal(Epochs, File.ReadLines(Path.Combine(Out, "metrics.jsonl")).Count());
        Assert.Equal(PlainRun.Sha256(Plan, data.Load()), run.GetProperty("weights_sha256").GetString());
    }
}

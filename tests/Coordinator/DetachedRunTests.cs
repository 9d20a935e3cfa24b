using System.Text.Json;
using Mnist.Distributed.Tests.Processes;
using Xunit;
using Signals = Mnist.Distributed.Tests.Processes.Signals;

namespace Mnist.Distributed.Tests.Coordinator;

/// <summary>
/// Runs without a cluster whose command does not wait for their end, and runs that wait for each
/// other.
/// </summary>
public sealed class DetachedRunTests(SmallMnist data) : IAsyncDisposable
{
    /// <summary>So many that only a request ends the run.</summary>
    private const string Endless = "1000000";

    private readonly UserHome _home = new();
    private readonly List<int> _started = [];

    [Fact]
    public async Task A_detached_run_has_the_bytes_of_one_that_is_waited_for()
    {
        (await _home.Mnist("train", "--data", data.Path, "--epochs", "3", "--out", "waited", "--no-report")).Succeeds();

        var begun = await Detach("--epochs", "3", "--out", "detached", "--no-report", "--then", "echo done by $MNIST_RUN_STATUS");
        var watched = (await _home.Mnist("runs", "watch", "detached", "--json")).Succeeds().Json.ToArray();

        Assert.Equal(begun.GetProperty("run_id").GetString(), watched[0].GetProperty("run_id").GetString());
        Assert.Equal([1, 2, 3], watched.Where(line => Event(line) == "epoch").Select(line => line.GetProperty("epoch").GetInt32()));
        Assert.Equal("completed", watched[^1].GetProperty("status").GetString());
        await Ended(begun);
        Assert.Contains("done by completed", await File.ReadAllTextAsync(_home["detached/output.log"], _home.Guard), StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(_home["waited/model.safetensors"]), File.ReadAllBytes(_home["detached/model.safetensors"]));
    }

    [Fact]
    public async Task A_queued_run_waits_for_those_before_it()
    {
        var first = await Detach("--epochs", Endless, "--name", "first");
        var taken = await Detach("--epochs", "1", "--name", "taken", "--queue");
        var last = await Detach("--epochs", "1", "--name", "last", "--queue");
        Assert.Equal([false, true, true], new[] { first, taken, last }.Select(run => run.GetProperty("is_queued").GetBoolean()));
        Assert.Equal(["running", "queued", "queued"], (await _home.Mnist("runs", "list", "--json")).Succeeds().Json.Select(run => run.GetProperty("status").GetString()));
        Assert.Contains("waits for its turn", (await _home.Mnist("runs", "show", "taken")).IsRefused(), StringComparison.Ordinal);

        var stopped = (await _home.Mnist("runs", "stop", "taken", "--json")).Succeeds().Json.Single();

        Assert.Equal("before it began", stopped.GetProperty("message").GetString());
        await Ended(taken);
        using var watch = _home.Start("runs", "watch", "last", "--json");
        Assert.Contains("waits in process", await watch.StandardError.ReadLineAsync(_home.Guard), StringComparison.Ordinal);
        var reading = watch.StandardOutput.ReadToEndAsync(_home.Guard);
        (await _home.Mnist("runs", "stop", "first")).Succeeds();
        await Ended(first);
        await watch.WaitForExitAsync(_home.Guard);
        Assert.Contains("\"completed\"", await reading, StringComparison.Ordinal);
        await Ended(last);
        Assert.Equal(["stopped", "completed"], (await _home.Mnist("runs", "list", "--json")).Succeeds().Json.Select(run => run.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task What_the_process_refuses_is_said_by_the_command()
    {
        Directory.CreateDirectory(_home["out"]);
        File.WriteAllText(_home["out/record"], "a file where the folder of the record belongs");

        var refused = await _home.Mnist("train", "--data", data.Path, "--out", "out", "--detach");

        Assert.Contains("record cannot be written", refused.IsRefused(), StringComparison.Ordinal);
        Assert.Equal(["record"], Directory.EnumerateFileSystemEntries(_home["out"]).Select(Path.GetFileName));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _started.Where(Signals.IsRunning))
        {
            await Signals.KillNow(process);
        }

        await _home.DisposeAsync();
    }

    private static string? Event(JsonElement line) => line.GetProperty("event").GetString();

    private async Task<JsonElement> Detach(params string[] options)
    {
        var line = (await _home.Mnist(["train", "--data", data.Path, .. options, "--detach", "--json"])).Succeeds().Json.Single();
        _started.Add(line.GetProperty("pid").GetInt32());
        return line;
    }

    private async Task Ended(JsonElement run)
    {
        while (Signals.IsRunning(run.GetProperty("pid").GetInt32()))
        {
            await Task.Delay(20, _home.Guard);
        }
    }
}

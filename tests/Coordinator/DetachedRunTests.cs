using System.Text.Json;
using Mnist.Distributed.Hosting.Processes;
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

    [Theory]
    [InlineData("on")]
    [InlineData("off")]
    public async Task A_detached_run_has_the_bytes_of_one_that_is_waited_for(string posix)
    {
        _home.Set(Posix.Switch, posix);
        (await _home.Mnist("train", "--data", data.Path, "--epochs", "3", "--out", "waited")).Succeeds();

        var begun = await Detach("--epochs", "3", "--out", "detached", "--tag", "a", "--tag", "b", "--notes=--seen", "--then", "echo done by $MNIST_RUN_STATUS");
        var watched = (await _home.Mnist("runs", "watch", "detached", "--json")).Succeeds().Json.ToArray();

        Assert.Equal(begun.GetProperty("run_id").GetString(), watched[0].GetProperty("run_id").GetString());
        Assert.Equal([1, 2, 3], watched.Where(line => Event(line) == "epoch").Select(line => line.GetProperty("epoch").GetInt32()));
        Assert.Equal("completed", watched[^1].GetProperty("status").GetString());
        await Ended(begun);
        Assert.Contains("\ndone by completed\n", await File.ReadAllTextAsync(_home["detached/output.log"], _home.Guard), StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(_home["waited/model.safetensors"]), File.ReadAllBytes(_home["detached/model.safetensors"]));
        var run = JsonSerializer.Deserialize<JsonElement>(await File.ReadAllTextAsync(_home["detached/run.json"], _home.Guard));
        Assert.Equal(("[\"a\",\"b\"]", "--seen"), (JsonSerializer.Serialize(run.GetProperty("tags")), run.GetProperty("notes").GetString()));
    }

    [Fact]
    public async Task A_run_of_another_process_is_watched_until_it_is_stopped()
    {
        var run = await Detach("--epochs", Endless, "--out", "runs/own");
        Assert.Contains("leave out --out", (await _home.Mnist("runs", "watch", "runs/own", "--out", "copy")).IsRefused(), StringComparison.Ordinal);
        using var watch = _home.Start("runs", "watch", "latest", "--json");
        var error = watch.StandardError.ReadToEndAsync(_home.Guard);
        Assert.Equal(("run", "runs/own"), await Line() is var first ? (Event(first), first.GetProperty("out").GetString()) : default);
        Assert.Equal([1, 2], new[] { await Line(), await Line() }.Select(line => line.GetProperty("epoch").GetInt32()));

        (await _home.Mnist("runs", "stop", "latest")).Succeeds();

        var lines = (await watch.StandardOutput.ReadToEndAsync(_home.Guard)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await watch.WaitForExitAsync(_home.Guard);
        Assert.Equal(130, watch.ExitCode);
        Assert.Contains("\"stopped\"", lines[^1], StringComparison.Ordinal);
        Assert.Contains("runs resume", await error, StringComparison.Ordinal);
        await Ended(run);

        async Task<JsonElement> Line() => JsonSerializer.Deserialize<JsonElement>((await watch.StandardOutput.ReadLineAsync(_home.Guard))!);
    }

    [Fact]
    public async Task A_queued_run_waits_for_those_before_it()
    {
        var first = await Detach("--epochs", Endless, "--name", "first");
        var taken = await Detach("--epochs", "1", "--name", "taken", "--queue");
        var last = await Detach("--epochs", "1", "--name", "last", "--queue");
        Assert.Equal([false, true, true], new[] { first, taken, last }.Select(run => run.GetProperty("is_queued").GetBoolean()));
        Assert.Equal(["first running", "last queued", "taken queued"], await States());
        Assert.Contains("waits for its turn", (await _home.Mnist("runs", "show", "taken")).IsRefused(), StringComparison.Ordinal);
        Assert.Contains("waits for its turn in process", (await _home.Mnist("runs", "delete", "taken")).IsRefused(), StringComparison.Ordinal);

        var stopped = (await _home.Mnist("runs", "stop", "taken", "--json")).Succeeds().Json.Single();

        Assert.Equal("before it began", stopped.GetProperty("message").GetString());
        await Ended(taken);
        Assert.False(Directory.Exists(_home[taken.GetProperty("out").GetString()!]));
        using var watch = _home.Start("runs", "watch", "last", "--json");
        while (!(await watch.StandardError.ReadLineAsync(_home.Guard))!.Contains("waits in process", StringComparison.Ordinal))
        {
        }

        var reading = watch.StandardOutput.ReadToEndAsync(_home.Guard);
        (await _home.Mnist("runs", "stop", "first")).Succeeds();
        await Ended(first);
        await watch.WaitForExitAsync(_home.Guard);
        Assert.Contains("\"completed\"", await reading, StringComparison.Ordinal);
        await Ended(last);
        Assert.Equal(["first stopped", "last completed"], await States());
    }

    [Fact]
    public async Task A_queued_run_that_does_not_begin_leaves_the_results_that_it_was_to_overwrite()
    {
        (await _home.Mnist("train", "--data", data.Path, "--epochs", "1", "--out", "runs/old")).Succeeds();
        var before = Content("runs/old");
        var first = await Detach("--epochs", Endless, "--out", "runs/first");
        var queued = await Detach("--epochs", "1", "--queue", "--force", "--out", "runs/old/");
        Assert.True(queued.GetProperty("is_queued").GetBoolean());

        Signals.Interrupt(queued.GetProperty("pid").GetInt32());
        await Ended(queued);

        Assert.Equal(before, Content("runs/old"));
        var killed = await Detach("--epochs", "1", "--queue", "--name", "killed");
        await Signals.KillNow(killed.GetProperty("pid").GetInt32());
        Assert.Contains("ended before it began", (await _home.Mnist("runs", "show", "killed")).IsRefused(), StringComparison.Ordinal);
        (await _home.Mnist("runs", "stop", "runs/first")).Succeeds();
        await Ended(first);
    }

    [Fact]
    public async Task What_the_process_refuses_is_said_by_the_command()
    {
        var running = await Detach("--epochs", Endless, "--out", "out");
        var log = await File.ReadAllTextAsync(_home["out/output.log"], _home.Guard);
        Assert.Contains("trains in process", (await _home.Mnist("train", "--data", data.Path, "--out", "out", "--force", "--detach")).IsRefused(), StringComparison.Ordinal);
        Assert.StartsWith(log, await File.ReadAllTextAsync(_home["out/output.log"], _home.Guard), StringComparison.Ordinal);
        (await _home.Mnist("runs", "stop", "out")).Succeeds();
        await Ended(running);

        // Only the process that waits in the queue uses the state folder.
        File.WriteAllText(_home["blocked"], "a file where the folder of the state belongs");
        _home.Set("XDG_STATE_HOME", _home["blocked"]);
        var refused = await _home.Mnist("train", "--data", data.Path, "--out", "fresh", "--queue", "--detach");
        Assert.Contains("blocked", refused.IsRefused(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_home["fresh"]));
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

    private string[] Content(string folder) =>
        [.. Directory.GetFiles(_home[folder], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(file => $"{file} {Convert.ToHexString(File.ReadAllBytes(file))}")];

    /// <summary>Names and states of all runs, in the order of the names.</summary>
    private async Task<string[]> States() =>
        [.. (await _home.Mnist("runs", "list", "--json")).Succeeds().Json.Select(run => $"{run.GetProperty("name").GetString()} {run.GetProperty("status").GetString()}").Order(StringComparer.Ordinal)];

    private Task Ended(JsonElement run) => Poll.Until(() => !Signals.IsRunning(run.GetProperty("pid").GetInt32()), _home.Guard);
}

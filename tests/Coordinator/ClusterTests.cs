using System.Text.Json;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator;

/// <summary><c>mnist cluster</c> and <c>mnist runs</c> against real silo processes.</summary>
public sealed class ClusterTests(SmallMnist data) : IAsyncDisposable
{
    private readonly UserHome _home = new();

    [Fact]
    public async Task A_cluster_is_started_shown_used_and_ended()
    {
        await _home.Up("pair", 2);
        var silos = (await _home.Mnist("cluster", "status", "--name", "pair", "--json")).Succeeds().Json.ToArray();
        Assert.Equal(["silo-1", "silo-2"], silos.Select(silo => silo.GetProperty("silo").GetString()));
        Assert.All(silos, silo => Assert.Equal("active", silo.GetProperty("state").GetString()));
        Assert.All(silos, silo => Assert.StartsWith("127.0.0.1:", silo.GetProperty("address").GetString(), StringComparison.Ordinal));

        Assert.Contains("pair", (await _home.Mnist("cluster", "up", "--name", "pair")).IsRefused(), StringComparison.Ordinal);

        var train = await _home.Mnist("train", "--data", data.Path, "--epochs", "1", "--cluster", "pair", "--json");
        var id = train.Succeeds().Json.First().GetProperty("run_id").GetString()!;
        Assert.Equal(2, train.Json.First().GetProperty("silos").GetArrayLength());

        var listed = (await _home.Mnist("runs", "list", "--cluster", "pair", "--json")).Succeeds().Json.Single();
        Assert.Equal(id, listed.GetProperty("run_id").GetString());
        Assert.Equal("completed", listed.GetProperty("status").GetString());

        var shown = (await _home.Mnist("runs", "show", id, "--cluster", "pair", "--json")).Succeeds().Json.Single();
        Assert.Equal(1, shown.GetProperty("epochs").GetArrayLength());

        // 'runs watch' shows a run that has ended from its start, and can still write its results.
        (await _home.Mnist("runs", "watch", id, "--cluster", "pair", "--out", _home["again"])).Succeeds();
        Assert.Equal(
            train.Json.Last().GetProperty("weights_sha256").GetString(),
            JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Path.Combine(_home["again"], "run.json"))).GetProperty("weights_sha256").GetString());

        Assert.Contains("nothing to stop", (await _home.Mnist("runs", "stop", id, "--cluster", "pair")).IsRefused(), StringComparison.Ordinal);
        Assert.Contains("no run nothing: 'mnist runs list", (await _home.Mnist("runs", "show", "nothing", "--cluster", "pair")).IsRefused(), StringComparison.Ordinal);
        var mistyped = id[..^1] + (id[^1] == '0' ? '1' : '0');
        Assert.Contains($"did you mean {id}?", (await _home.Mnist("runs", "show", mistyped, "--cluster", "pair")).IsRefused(), StringComparison.Ordinal);
        Assert.Contains($"did you mean {id}?", (await _home.Mnist("verify", mistyped, "--cluster", "pair")).IsRefused(), StringComparison.Ordinal);
        Assert.Contains("did you mean pair?", (await _home.Mnist("runs", "list", "--cluster", "pari")).IsRefused(), StringComparison.Ordinal);

        (await _home.Mnist("cluster", "down", "--name", "pair")).Succeeds();
        Assert.Contains("no cluster pair", (await _home.Mnist("cluster", "status", "--name", "pair")).IsRefused(), StringComparison.Ordinal);
        Assert.All(silos, silo => Assert.False(Signals.IsRunning(silo.GetProperty("pid").GetInt32())));

        await _home.Up("pair", 1);
        var kept = (await _home.Mnist("runs", "list", "--cluster", "pair", "--json")).Succeeds().Json.Single();
        Assert.Equal(id, kept.GetProperty("run_id").GetString());
    }

    [Fact]
    public async Task A_run_goes_on_without_its_command_and_can_be_watched_and_stopped()
    {
        await _home.Up("solo", 1);
        using var train = _home.Start("train", "--data", data.Path, "--epochs", "100000", "--cluster", "solo", "--json");
        var first = await train.StandardOutput.ReadLineAsync(_home.Guard);
        var id = JsonSerializer.Deserialize<JsonElement>(first!).GetProperty("run_id").GetString()!;
        await Signals.KillNow(train.Id);
        await train.WaitForExitAsync(_home.Guard);

        using var watch = _home.Start("runs", "watch", id, "--cluster", "solo", "--json");
        while (await watch.StandardOutput.ReadLineAsync(_home.Guard) is { } line
            && !line.Contains("\"epoch\":3", StringComparison.Ordinal))
        {
        }

        Signals.Interrupt(watch.Id);
        await watch.WaitForExitAsync(_home.Guard);
        Assert.Equal(130, watch.ExitCode);
        Assert.Contains("goes on", await watch.StandardError.ReadToEndAsync(_home.Guard), StringComparison.Ordinal);

        var stopped = (await _home.Mnist("runs", "stop", id, "--cluster", "solo", "--json")).Succeeds().Json.Single();
        Assert.Equal("stopped", stopped.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_cluster_whose_processes_were_killed_is_recognised_and_cleaned()
    {
        await _home.Up("doomed", 2);
        var silos = (await _home.Mnist("cluster", "status", "--name", "doomed", "--json")).Succeeds().Json.ToArray();
        await Signals.KillNow(silos[0].GetProperty("pid").GetInt32());

        var half = (await _home.Mnist("train", "--data", data.Path, "--epochs", "1", "--cluster", "doomed")).Succeeds();
        Assert.Contains("silo-1 is gone", half.Error, StringComparison.Ordinal);
        var healed = (await _home.Mnist("cluster", "up", "--name", "doomed", "--json")).Succeeds().Json.ToArray();
        Assert.Equal(["active", "active"], healed.Select(silo => silo.GetProperty("state").GetString()));

        await Signals.KillNow(healed[0].GetProperty("pid").GetInt32());
        await Signals.KillNow(silos[1].GetProperty("pid").GetInt32());
        var dead = (await _home.Mnist("train", "--data", data.Path, "--cluster", "doomed")).IsRefused();
        Assert.Contains("not running", dead, StringComparison.Ordinal);
        var status = (await _home.Mnist("cluster", "status", "--name", "doomed", "--json")).Succeeds();
        Assert.All(status.Json, silo => Assert.Equal("gone", silo.GetProperty("state").GetString()));

        (await _home.Mnist("cluster", "up", "--silos", "1", "--name", "doomed")).Succeeds();
        (await _home.Mnist("train", "--data", data.Path, "--epochs", "1", "--cluster", "doomed")).Succeeds();
    }

    [LongFact]
    public async Task A_silo_that_stands_still_until_it_counts_as_dead_is_replaced()
    {
        await _home.Up("frozen", 2);
        var frozen = (await Status()).First();
        Signals.Stop(frozen.GetProperty("pid").GetInt32());
        while ((await Status()).First().GetProperty("state").GetString() != "dead")
        {
        }

        var healed = (await _home.Mnist("cluster", "up", "--name", "frozen", "--json")).Succeeds().Json.ToArray();
        Assert.Equal(["active", "active"], healed.Select(silo => silo.GetProperty("state").GetString()));
        Assert.False(Signals.IsRunning(frozen.GetProperty("pid").GetInt32()));
        Assert.Contains("2 running silos", (await _home.Mnist("cluster", "up", "--name", "frozen")).IsRefused(), StringComparison.Ordinal);

        async Task<IEnumerable<JsonElement>> Status() => (await _home.Mnist("cluster", "status", "--name", "frozen", "--json")).Succeeds().Json;
    }

    /// <summary>The silos stand still, so nobody answers.</summary>
    [LongFact]
    public async Task An_interrupted_train_leaves_a_run_that_does_not_answer()
    {
        await _home.Up("mute", 1);
        var silo = (await _home.Mnist("cluster", "status", "--name", "mute", "--json")).Succeeds().Json.Single().GetProperty("pid").GetInt32();
        using var train = _home.Start("train", "--data", data.Path, "--epochs", "100000", "--cluster", "mute", "--json");
        while (await train.StandardOutput.ReadLineAsync(_home.Guard) is { } line && !line.Contains("\"epoch\":1", StringComparison.Ordinal))
        {
        }

        Signals.Stop(silo);
        try
        {
            Signals.Interrupt(train.Id);
            await train.WaitForExitAsync(_home.Guard);
        }
        finally
        {
            Signals.Continue(silo);
        }

        Assert.Equal(130, train.ExitCode);
        Assert.Contains("it stops when it can", await train.StandardError.ReadToEndAsync(_home.Guard), StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();
}

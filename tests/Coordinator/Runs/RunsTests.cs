using System.Text.Json;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Runs;

/// <summary><c>mnist runs</c> with runs in folders and on a cluster.</summary>
public sealed class RunsTests(SmallMnist data) : IAsyncDisposable
{
    private const string Cluster = "mixed";

    private readonly UserHome _home = new();

    [Fact]
    public async Task Runs_of_folders_and_of_clusters_are_listed_compared_exported_and_deleted()
    {
        await _home.Up(Cluster, 1);
        var local = await Train("--name", "local", "--tag", "try");
        var both = await Train("--cluster", Cluster, "--tag", "try", "--tag", "both", "--notes", "in two places");
        var remote = IdIn(await Mnist("train", "--data", data.Path, "--epochs", "2", "--seed", "5", "--cluster", Cluster, "--detach", "--name", "remote", "--json"));
        (await Mnist("runs", "watch", remote)).Succeeds();

        // The list has each run once.
        Assert.Equal([(local, "completed", null), (both, "completed", Cluster), (remote, "completed", Cluster)], await Listed());
        Assert.Equal([local, both], Ids(await Mnist("runs", "list", "--tag", "try", "--json")));
        Assert.Equal([both], Ids(await Mnist("runs", "list", "--tag", "try", "--tag", "both", "--json")));
        Assert.Equal([remote], Ids(await Mnist("runs", "list", "--last", "1", "--json")));
        Assert.Empty(Ids(await Mnist("runs", "list", "--status", "failed", "--json")));
        var lines = (await Mnist("runs", "list")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.All((string[])[local, both, remote], id => Assert.Single(lines, line => line.StartsWith($"{id} ", StringComparison.Ordinal)));

        // Equal plans have equal bytes, wherever they were trained. Other seeds part at once.
        var equal = (await Mnist("runs", "compare", "local", both, "--json")).Json.Single();
        Assert.Empty(equal.GetProperty("plan").EnumerateObject());
        Assert.True(equal.GetProperty("equal_weights").GetBoolean());
        Assert.Equal(JsonValueKind.Null, equal.GetProperty("steps")[0].GetProperty("part_at").ValueKind);
        var different = (await Mnist("runs", "compare", "local", "remote", "--json")).Json.Single();
        Assert.Equal(["0", "5"], different.GetProperty("plan").GetProperty("seed").EnumerateArray().Select(value => value.GetString()));
        Assert.False(different.GetProperty("equal_weights").GetBoolean());
        Assert.Equal(0, different.GetProperty("steps")[0].GetProperty("part_at").GetInt64());

        // An export has the bytes that a comparison names.
        var exported = (await Mnist("runs", "export", "remote", "--out", "exported", "--no-report", "--json")).Json.Single().GetProperty("weights_sha256").GetString();
        Assert.Equal(different.GetProperty("runs")[1].GetProperty("weights_sha256").GetString(), exported);
        Assert.Equal(exported, Described("exported").GetProperty("weights_sha256").GetString());
        Assert.Equal(2, File.ReadLines(_home["exported/metrics.jsonl"]).Count());

        // A deletion needs consent, and takes the folder and the record.
        Assert.Contains("--yes", (await _home.Mnist("runs", "delete", both)).IsRefused(), StringComparison.Ordinal);
        (await Mnist("runs", "delete", both, "local", "--yes")).Succeeds();
        Assert.Equal([(remote, "completed", Cluster)], await Listed());
        Assert.Empty(Directory.GetFileSystemEntries(_home["runs"]));
        Assert.Contains($"no run {both}", (await _home.Mnist("runs", "show", both)).IsRefused(), StringComparison.Ordinal);
        (await Mnist("runs", "prune", "--keep", "0", "--yes")).Succeeds();
        Assert.Empty(await Listed());
        Assert.True(File.Exists(_home["exported/model.safetensors"]));
    }

    [Fact]
    public async Task A_run_that_trains_or_waits_is_shown_and_stays()
    {
        await _home.Up(Cluster, 1);
        var running = IdIn(await Endless("--detach"));
        var queued = IdIn(await Endless("--detach", "--queue"));

        Assert.Equal([(running, "running", Cluster), (queued, "queued", Cluster)], await Listed());
        Assert.Contains("is running", (await _home.Mnist("runs", "delete", running, "--yes")).IsRefused(), StringComparison.Ordinal);
        (await Mnist("runs", "prune", "--keep", "0", "--yes")).Succeeds();
        Assert.Equal(2, (await Listed()).Length);
        Assert.Contains("waits in the queue", (await Mnist("runs", "show", queued)).Output, StringComparison.Ordinal);
        Assert.Contains("waits in the queue", (await _home.Mnist("runs", "export", queued, "--out", "out")).IsRefused(), StringComparison.Ordinal);

        // The weights so far are those of the newest checkpoint.
        await Poll.Until(async () => (await Mnist("runs", "show", running, "--json")).Json.Single(), run => run.GetProperty("epochs").GetArrayLength() > 0, _home.Guard);
        (await Mnist("runs", "export", running, "--out", "so-far", "--no-report")).Succeeds();
        Assert.Equal("running", Described("so-far").GetProperty("status").GetString());
        Assert.True(File.Exists(_home["so-far/model.safetensors"]));

        // A status says who has the work.
        var silo = (await Mnist("cluster", "status", "--cluster", Cluster, "--json")).Json.Single();
        Assert.Equal(running, silo.GetProperty("run_ids")[0].GetString());
        Assert.Equal(2, silo.GetProperty("workers").GetInt32());
        Assert.InRange(silo.GetProperty("resident_bytes").GetInt64(), 10_000_000, long.MaxValue);

        // Without its silos a run has been interrupted.
        await Signals.KillNow(silo.GetProperty("pid").GetInt32());
        (await Mnist("cluster", "up", "--cluster", Cluster, "--silos", "1")).Succeeds();
        Assert.Equal("interrupted", (await Listed()).Single(run => run.Id == running).Status);
        (await Mnist("runs", "delete", running, "--yes")).Succeeds();
    }

    [Fact]
    public async Task A_run_whose_process_was_killed_is_listed_as_interrupted_and_can_be_deleted()
    {
        using var train = _home.Start("train", "--data", data.Path, "--epochs", "100000", "--json");
        await train.StandardOutput.ReadLineAsync(_home.Guard);
        var running = Assert.Single(await Listed());
        Assert.Equal("running", running.Status);
        Assert.Contains("trains in process", (await _home.Mnist("runs", "delete", "latest", "--yes")).IsRefused(), StringComparison.Ordinal);

        await Signals.KillNow(train.Id);
        await train.WaitForExitAsync(_home.Guard);

        Assert.Equal((running.Id, "interrupted", null), Assert.Single(await Listed()));
        (await Mnist("runs", "delete", running.Id[..15], "--yes")).Succeeds();
        Assert.Empty(Directory.GetFileSystemEntries(_home["runs"]));
    }

    [Fact]
    public async Task Threads_of_silos_are_kept_for_those_that_are_started_later()
    {
        await _home.Up(Cluster, 1, "--threads", "3");
        Assert.Contains("3 threads each", (await _home.Mnist("cluster", "up", "--cluster", Cluster, "--threads", "4")).IsRefused(), StringComparison.Ordinal);
        (await Mnist("cluster", "scale", "--cluster", Cluster, "--silos", "2")).Succeeds();

        Assert.Equal([3, 3], (await Mnist("cluster", "status", "--cluster", Cluster, "--json")).Json.Select(silo => silo.GetProperty("threads").GetInt32()));
    }

    [Fact]
    public async Task Runs_of_a_span_are_those_that_were_started_in_it()
    {
        foreach (var (id, days) in new[] { ("old", 8), ("new", 6) })
        {
            Directory.CreateDirectory(_home[$"runs/{id}"]);
            await File.WriteAllTextAsync(
                _home[$"runs/{id}/run.json"], $$"""{"run_id":"{{id}}","status":"completed","started_at":"{{DateTime.UtcNow.AddDays(-days):O}}"}""", _home.Guard);
        }

        Assert.Equal(["new"], Ids(await Mnist("runs", "list", "--newer-than", "7d", "--json")));
        Assert.Equal(["new", "old"], Ids(await Mnist("runs", "list", "--newer-than", "2w", "--json")).Order());
    }

    [Theory]
    [InlineData("--keep", "runs", "prune")]
    [InlineData("such as 30d", "runs", "list", "--newer-than", "-1d")]
    [InlineData("--status", "runs", "list", "--status", "happy")]
    [InlineData("--sort", "runs", "list", "--sort", "colour")]
    [InlineData("--last", "runs", "list", "--last", "0")]
    [InlineData("nowhere", "runs", "list", "--runs", "nowhere")]
    [InlineData("such as 30d", "runs", "prune", "--older-than", "soon")]
    [InlineData("nothing", "runs", "compare", "nothing", "else")]
    [InlineData("--threads", "cluster", "up", "--threads", "0")]
    public async Task Bad_input_is_refused(string hint, params string[] arguments) =>
        Assert.Contains(hint, (await _home.Mnist(arguments)).IsRefused(), StringComparison.Ordinal);

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    private static string IdIn(Finished train) => train.Json.First().GetProperty("run_id").GetString()!;

    private static IEnumerable<string?> Ids(Finished list) => list.Json.Select(run => run.GetProperty("run_id").GetString());

    private JsonElement Described(string folder) => JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(_home[$"{folder}/run.json"]));

    private async Task<Finished> Mnist(params string[] arguments) => (await _home.Mnist(arguments)).Succeeds();

    private async Task<string> Train(params string[] options) => IdIn(await Mnist(["train", "--data", data.Path, "--epochs", "2", "--json", .. options]));

    private Task<Finished> Endless(params string[] options) => Mnist(["train", "--data", data.Path, "--epochs", "100000", "--cluster", Cluster, "--json", .. options]);

    private async Task<(string Id, string Status, string? Cluster)[]> Listed() =>
    [
        .. (await Mnist("runs", "list", "--json")).Json.Select(run => (
            run.GetProperty("run_id").GetString()!, run.GetProperty("status").GetString()!, run.GetProperty("cluster").GetString())),
    ];
}

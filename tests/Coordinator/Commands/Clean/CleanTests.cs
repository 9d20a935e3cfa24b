using System.Text.Json;
using Mnist.Distributed.Hosting.Processes;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Commands.Clean;

/// <summary>
/// <c>mnist clean</c> and <c>mnist cluster remove</c>. The oracle is the files that were there.
/// </summary>
public sealed class CleanTests : IAsyncDisposable
{
    private const string Cache = "cache/mnist-distributed";
    private const string State = "state/mnist-distributed";

    private static readonly (string What, string File)[] Files =
    [
        ("data:fashion-mnist", $"{Cache}/fashion-mnist/images"),
        ("data:synthetic-7", $"{Cache}/synthetic-7/images"),
        ("native", $"{Cache}/native/libtorch.so"),
        ("dashboard", $"{Cache}/dashboard/package/Aspire.Dashboard"),
        ("errors", $"{State}/errors/mnist.txt"),
        ("results", $"{State}/runs/a/run.json"),
        ("logs:old", $"{State}/clusters/old/silo-1.log"),
        ("logs:old", $"{State}/clusters/old/silo-1.log.1"),
        ("state:old", $"{State}/clusters/old/cluster.db"),
        ("state:old", $"{State}/clusters/old/identity/tls.key"),
        ("authority:old", $"{State}/authorities/old/ca.key"),
        ("runs", "runs/b/run.json"),
        ("runs", "runs/s/sweep.json"),
        ("", "runs/notes.txt"),
        ("", $"{Cache}/other/notes.txt"),
        ("", $"{State}/other.txt"),
    ];

    private readonly UserHome _home = new();

    [Fact]
    public async Task Each_place_is_listed_with_its_size()
    {
        Fill();
        var listed = (await _home.Mnist("clean", "--json")).Succeeds().Json
            .Select(place => (place.GetProperty("what").GetString()!, place.GetProperty("bytes").GetInt64(), place.GetProperty("files").GetInt32()));
        Assert.Equal(
            Files.Where(file => file.What.Length > 0).GroupBy(file => file.What).Select(files => (files.Key, files.Sum(file => (long)file.File.Length), files.Count())).Order(),
            listed.Order());
        Assert.Equal(Files.Select(file => file.File), Left());
    }

    [Theory]
    [InlineData("data", "data:fashion-mnist data:synthetic-7")]
    [InlineData("data:synthetic-7 native", "data:synthetic-7 native")]
    [InlineData("logs", "logs:old")]
    [InlineData("logs state:old", "logs:old state:old")]
    [InlineData("runs", "runs")]
    [InlineData("authority:old", "authority:old")]
    [InlineData("--all", "data:fashion-mnist data:synthetic-7 native dashboard errors results logs:old state:old")]
    [InlineData("--all --dry-run", "")]
    public async Task What_is_named_is_removed_and_nothing_else(string arguments, string removed)
    {
        Fill();
        (await _home.Mnist(["clean", .. arguments.Split(' ')])).Succeeds();
        Assert.Equal(Files.Where(file => file.What.Length == 0 || !removed.Split(' ').Contains(file.What)).Select(file => file.File), Left());
    }

    [Theory]
    [InlineData("There is no 'everything'", "everything")]
    [InlineData("There is no 'data:mnist'", "data:mnist")]
    [InlineData("--dry-run", "--dry-run")]
    public async Task What_cannot_be_removed_is_refused(string hint, params string[] arguments)
    {
        Fill();
        Assert.Contains(hint, (await _home.Mnist(["clean", .. arguments])).IsRefused(), StringComparison.Ordinal);
        Assert.Equal(Files.Select(file => file.File), Left());
    }

    [Fact]
    public async Task Runs_stay_while_one_of_them_is_trained()
    {
        Fill();
        var own = ProcessIdentity.Own;
        await File.WriteAllTextAsync(
            _home["runs/b/run.json"],
            JsonSerializer.Serialize(new { run_id = "b", status = "running", process = new { pid = own.Pid, boot = own.Boot, start = own.Start } }),
            _home.Guard);
        Assert.Contains("process that trains", (await _home.Mnist("clean", "runs")).IsRefused(), StringComparison.Ordinal);
        Assert.Equal(Files.Select(file => file.File), Left());
    }

    [Fact]
    public async Task A_link_is_not_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows, only some users may make links.");
        Write("precious/file");
        Write($"{Cache}/synthetic-7/images");
        Directory.CreateSymbolicLink(_home[$"{Cache}/mnist"], _home["precious"]);
        Directory.CreateSymbolicLink(_home[$"{Cache}/synthetic-7/link"], _home["precious"]);

        Assert.Contains("is a link", (await _home.Mnist("clean", "data:mnist")).IsRefused(), StringComparison.Ordinal);
        var cleaned = (await _home.Mnist("clean", "--all", "--json")).Succeeds();

        Assert.Contains("data:mnist stays", cleaned.Error, StringComparison.Ordinal);
        Assert.Equal($"{Cache}/synthetic-7/images".Length, cleaned.Json.Single().GetProperty("bytes").GetInt64());
        Assert.False(Directory.Exists(_home[$"{Cache}/synthetic-7"]));
        Assert.True(File.Exists(_home["precious/file"]));
    }

    [Fact]
    public async Task A_cluster_that_runs_stays_until_it_is_ended_by_force()
    {
        await _home.Up("busy", 1);
        Assert.Contains("cluster down --cluster busy", (await _home.Mnist("clean", "state:busy")).IsRefused(), StringComparison.Ordinal);
        Assert.Contains("state:busy stays", (await _home.Mnist("clean", "--all")).Succeeds().Error, StringComparison.Ordinal);
        Assert.Contains("--force", (await _home.Mnist("cluster", "remove", "--cluster", "busy")).IsRefused(), StringComparison.Ordinal);
        var silo = (await _home.Mnist("cluster", "status", "--cluster", "busy", "--json")).Succeeds().Json.Single();
        Assert.Equal("active", silo.GetProperty("state").GetString());

        (await _home.Mnist("cluster", "remove", "--cluster", "busy", "--force")).Succeeds();

        Assert.False(Signals.IsRunning(silo.GetProperty("pid").GetInt32()));
        Assert.False(Directory.Exists(_home[$"{State}/clusters/busy"]));
        Assert.Contains("There is no cluster busy", (await _home.Mnist("cluster", "remove", "--cluster", "busy")).IsRefused(), StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    /// <summary>Makes all files. Each has as many bytes as its name.</summary>
    private void Fill()
    {
        foreach (var (_, file) in Files)
        {
            Write(file);
        }
    }

    private void Write(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_home[file])!);
        File.WriteAllText(_home[file], new string('x', file.Length));
    }

    private IEnumerable<string> Left() => Files.Select(file => file.File).Where(file => File.Exists(_home[file]));
}

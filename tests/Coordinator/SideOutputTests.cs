using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Cluster;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Tests.Servers;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator;

/// <summary>
/// Training survives the loss of its side outputs. Each of them is closed, filled or removed in the
/// middle of a run, and the run ends as usual. The oracle is the SHA-256 of the plain trainer's
/// weights.
/// </summary>
public sealed class SideOutputTests(SmallMnist data) : IAsyncDisposable
{
    /// <summary>
    /// So many epochs that the time after the second one is in the middle of the run.
    /// </summary>
    private const int Epochs = 100;

    private static readonly Lock Guard = new();
    private static string? _expected;

    private readonly UserHome _home = new();

    private string Out => _home["out"];

    private string[] Train => ["train", "--data", data.Path, "--epochs", $"{Epochs}", "--out", Out, "--json"];

    [Theory]
    [InlineData(">/dev/full 2>/dev/full")]
    [LongData(">&- 2>&-")]
    [InlineData(">&- 2>&- <&-")]
    public async Task A_terminal_that_takes_nothing(string redirections)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has a full device.");
        Assert.Equal(0, (await _home.RunInShell(redirections, Train)).ExitCode);
        ResultsAreIn(Out);
    }

    [Fact]
    public async Task A_terminal_that_is_closed()
    {
        using var train = _home.Start(Train);
        await EpochOf(train, 2);
        train.StandardOutput.Close();
        train.StandardError.Close();
        await train.WaitForExitAsync(_home.Guard);
        Assert.Equal(0, train.ExitCode);
        ResultsAreIn(Out);
    }

    [Fact]
    public async Task A_terminal_that_hangs_up_stops_the_run_after_a_step()
    {
        using var train = _home.Start("train", "--data", data.Path, "--epochs", "100000", "--out", Out, "--json");
        await EpochOf(train, 2);
        Signals.Send(train.Id, "HUP");
        var error = train.StandardError.ReadToEndAsync(_home.Guard);
        await train.StandardOutput.ReadToEndAsync(_home.Guard);
        await train.WaitForExitAsync(_home.Guard);
        Assert.Equal(130, train.ExitCode);
        Assert.Equal("stopped", Description(Out).GetProperty("status").GetString());
        Assert.Contains("mnist runs resume", await error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_results_folder_that_is_removed()
    {
        var train = await During(() => Directory.Delete(Out, recursive: true));
        Assert.Equal(0, train.ExitCode);
        ResultsAreIn(Out);
    }

    [Fact]
    public async Task A_results_folder_that_cannot_be_written_any_more()
    {
        var train = await During(() =>
        {
            Directory.Delete(Out, recursive: true);
            File.WriteAllText(Out, "");
        });
        Assert.Equal(1, train.ExitCode);
        Assert.Contains("training goes on", train.Error, StringComparison.Ordinal);
        var kept = Assert.Single(Directory.GetDirectories(_home["state/mnist-distributed/runs"]));
        Assert.Contains(kept, train.Error, StringComparison.Ordinal);
        ResultsAreIn(kept);
    }

    [Fact]
    public async Task A_results_folder_whose_disk_is_filled()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "A small file system can be mounted by root on Linux only.");
        Directory.CreateDirectory(_home["disk"]);
        await ServerProcess.Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", _home["disk"]);
        try
        {
            var train = await During(
                () =>
                {
                    File.Delete(Path.Combine(_home["disk"], "out", "model.safetensors"));
                    FullDisk.Fill(Path.Combine(_home["disk"], "ballast"));
                },
                ["train", "--data", data.Path, "--epochs", $"{Epochs}", "--out", Path.Combine(_home["disk"], "out"), "--json"]);
            Assert.True(train.ExitCode == 1, train.Error);
            Assert.True(Directory.Exists(_home["state/mnist-distributed/runs"]), train.Error);
            ResultsAreIn(Assert.Single(Directory.GetDirectories(_home["state/mnist-distributed/runs"])));
        }
        finally
        {
            await ServerProcess.Run("umount", _home["disk"]);
        }
    }

    [LongFact]
    public async Task A_collector_that_goes_away()
    {
        using var collector = new TcpListener(IPAddress.Loopback, 0);
        collector.Start();
        _home.Set("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://127.0.0.1:{((IPEndPoint)collector.LocalEndpoint).Port}");
        var train = await During(collector.Stop);
        Assert.Equal(0, train.ExitCode);
        ResultsAreIn(Out);
    }

    [Fact]
    public async Task Cache_and_state_folders_that_are_removed()
    {
        Directory.CreateDirectory(_home["cache"]);
        Directory.CreateDirectory(_home["state"]);
        var train = await During(() =>
        {
            Directory.Delete(_home["cache"], recursive: true);
            Directory.Delete(_home["state"], recursive: true);
        });
        Assert.Equal(0, train.ExitCode);
        ResultsAreIn(Out);
    }

    [LongFact]
    public async Task Logs_of_silos_that_are_removed()
    {
        await _home.Up("logs", 2);
        var train = await During(
            () =>
            {
                foreach (var log in Directory.GetFiles(_home["state/mnist-distributed/clusters/logs"], "*.log"))
                {
                    File.Delete(log);
                    Directory.CreateDirectory(log);
                }
            },
            [.. Train, "--cluster", "logs"]);
        Assert.Equal(0, train.ExitCode);
        ResultsAreIn(Out);
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    private Task<Finished> During(Action happens) => During(happens, Train);

    /// <summary>Trains, and runs an action after the second epoch.</summary>
    private async Task<Finished> During(Action happens, string[] arguments)
    {
        using var train = _home.Start(arguments);
        var error = train.StandardError.ReadToEndAsync(_home.Guard);
        await EpochOf(train, 2);
        happens();
        var output = await train.StandardOutput.ReadToEndAsync(_home.Guard);
        await train.WaitForExitAsync(_home.Guard);
        return new Finished(train.ExitCode, output, await error);
    }

    private async Task EpochOf(System.Diagnostics.Process train, int epoch)
    {
        while (await train.StandardOutput.ReadLineAsync(_home.Guard) is { } line
            && !line.StartsWith($"{{\"event\":\"epoch\",\"epoch\":{epoch},", StringComparison.Ordinal))
        {
        }
    }

    private void ResultsAreIn(string folder)
    {
        Assert.Equal("completed", Description(folder).GetProperty("status").GetString());
        Assert.Equal(Expected(data), Description(folder).GetProperty("weights_sha256").GetString());
        Assert.Equal(
            Enumerable.Range(1, Epochs),
            File.ReadLines(Path.Combine(folder, "metrics.jsonl")).Select(line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("epoch").GetInt32()));
    }

    /// <summary>
    /// The SHA-256 of the plain trainer's weights, which is the same for all tests.
    /// </summary>
    private static string Expected(SmallMnist data)
    {
        lock (Guard)
        {
            var set = data.Load();
            return _expected ??= PlainRun.Sha256(new TrainingPlan { Epochs = Epochs, Samples = set.Train.Count }, set);
        }
    }

    private static JsonElement Description(string folder) => JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Path.Combine(folder, "run.json")));
}

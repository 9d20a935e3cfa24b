using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator;

/// <summary><c>mnist sweep</c> on a cluster, as a user or a script sees it.</summary>
public sealed class SweepOnClusterTests(SmallMnist data) : IAsyncDisposable
{
    private const string Cluster = "swept";

    private readonly UserHome _home = new();

    [Fact]
    public async Task A_sweep_needs_no_command_and_goes_on_after_a_stop_to_the_bytes_of_train_alone()
    {
        await _home.Up(Cluster, silos: 2);
        var first = (await _home.Mnist("train", "--data", data.Path, "--limit", "60", "--epochs", "1", "--cluster", Cluster, "--json")).Succeeds().Json.First();
        string[] run = ["--data", data.Path, "--limit", "900", "--epochs", "120"];
        var begun = (await _home.Mnist(["sweep", .. run, "--lr", "0.03,0.1", "--seed", "0..1", "--cluster", Cluster, "--detach", "--json"])).Succeeds().Json.Single();
        var id = begun.GetProperty("sweep_id").GetString()!;
        Assert.Equal("detached", begun.GetProperty("event").GetString());

        using (var watch = _home.Start("sweep", "watch", id, "--cluster", Cluster, "--json"))
        {
            var seen = "";
            while (!seen.Contains("\"event\":\"progress\"", StringComparison.Ordinal))
            {
                seen = await watch.StandardOutput.ReadLineAsync(_home.Guard) ?? throw new InvalidOperationException(await watch.StandardError.ReadToEndAsync(_home.Guard));
            }

            Signals.Interrupt(watch.Id);
            await watch.StandardOutput.ReadToEndAsync(_home.Guard);
            Assert.Contains($"sweep {id} goes on", await watch.StandardError.ReadToEndAsync(_home.Guard), StringComparison.Ordinal);
            await watch.WaitForExitAsync(_home.Guard);
            Assert.Equal(130, watch.ExitCode);
        }

        Assert.Contains("stop it first", (await _home.Mnist("sweep", "delete", id, "--cluster", Cluster)).IsRefused(), StringComparison.Ordinal);
        (await _home.Mnist("sweep", "stop", "latest", "--cluster", Cluster)).Succeeds();
        var stopped = (await _home.Mnist("sweep", "list", "--cluster", Cluster, "--json")).Succeeds().Json.Single();
        Assert.Equal("stopped", stopped.GetProperty("status").GetString());

        (await _home.Mnist("sweep", "resume", id, "--cluster", Cluster)).Succeeds();
        var rows = await File.ReadAllLinesAsync(Path.Combine(_home["runs"], id, "sweep.csv"), _home.Guard);
        Assert.All(rows.Skip(1), row => Assert.Contains(",completed,120,", row, StringComparison.Ordinal));
        var alone = (await _home.Mnist(["train", .. run, "--lr", "0.1", "--seed", "1", "--out", "alone", "--json"])).Succeeds().Json.Last();
        Assert.EndsWith($",{alone.GetProperty("weights_sha256").GetString()}", rows[4], StringComparison.Ordinal);

        var latest = (await _home.Mnist("runs", "show", "latest", "--cluster", Cluster, "--json")).Succeeds().Json.First();
        Assert.Equal(first.GetProperty("run_id").GetString(), latest.GetProperty("run_id").GetString());

        (await _home.Mnist("sweep", "delete", id, "--cluster", Cluster)).Succeeds();
        Assert.Contains("has no sweep", (await _home.Mnist("sweep", "watch", id, "--cluster", Cluster)).IsRefused(), StringComparison.Ordinal);
        Assert.DoesNotContain(id, (await _home.Mnist("runs", "list", "--cluster", Cluster)).Succeeds().Output, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();
}

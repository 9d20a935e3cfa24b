using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Clusters;

/// <summary>
/// A system without a shell, signals, <c>/proc</c> and shared memory. Each has a switch, so this
/// one behaves like it.
/// </summary>
public sealed class WithoutPosixTests : IAsyncDisposable
{
    private const string Cluster = "portable";

    private readonly UserHome _home = new();

    public WithoutPosixTests()
    {
        _home.Set("MNIST_POSIX", "off");
        _home.Set("MNIST_SHARED_MEMORY", "off");
    }

    [Fact]
    public async Task A_local_cluster_starts_trains_and_ends()
    {
        (await _home.Mnist(Train("alone"))).Succeeds();
        await _home.Up(Cluster, 2);
        var silos = (await _home.Mnist("cluster", "status", "--cluster", Cluster, "--json")).Succeeds().Json.ToArray();
        Assert.Equal(["active", "active"], silos.Select(silo => silo.GetProperty("state").GetString()));

        (await _home.Mnist(Train("on-silos", "--cluster", Cluster))).Succeeds();
        var down = (await _home.Mnist("cluster", "down", "--cluster", Cluster, "--json")).Succeeds().Json.Single();

        Assert.Equal(2, down.GetProperty("ended").GetInt32());
        Assert.Equal(await Weights("alone"), await Weights("on-silos"));
        foreach (var silo in silos)
        {
            Assert.False(Signals.IsRunning(silo.GetProperty("pid").GetInt32()));
            var log = silo.GetProperty("log").GetString()!;

            // A silo that was killed would not have taken the request.
            Assert.False(File.Exists(Path.ChangeExtension(log, ".leave")));
            Assert.Contains("is active at", await File.ReadAllTextAsync(log, _home.Guard), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_silo_that_cannot_start_says_why_in_its_log()
    {
        var log = _home["silo.log"];
        _home.Set("MNIST_OUTPUT_FILE", log);

        Assert.Equal(2, (await _home.Run("mnist-silo", "--Silo:Sotre", "sqlite:x")).ExitCode);

        Assert.Contains("Silo:Sotre", await File.ReadAllTextAsync(log, _home.Guard), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_that_suspends_a_silo_is_refused()
    {
        var refused = await _home.Mnist("chaos", "--plan", "stop(server, 1 s) at step 5", "--dataset", "synthetic");

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("suspends a silo", refused.Error, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    private static string[] Train(string output, params string[] more) =>
        ["train", "--dataset", "synthetic", "--limit", "300", "--epochs", "1", "--out", output, .. more];

    private Task<byte[]> Weights(string output) => File.ReadAllBytesAsync(_home[$"{output}/model.safetensors"], _home.Guard);
}

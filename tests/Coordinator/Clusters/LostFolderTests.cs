using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Clusters;

/// <summary>The folder of a local cluster is removed while its silos run.</summary>
public sealed class LostFolderTests : IAsyncDisposable
{
    private readonly UserHome _home = new();

    [Fact]
    public async Task Silos_whose_folder_is_gone_are_still_known_and_ended()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux shows the command lines of processes.");
        await _home.Up("lost", 2);
        var before = await Pids();
        Directory.Delete(_home["state"], recursive: true);

        Assert.Equal(before, await Pids());
        var down = (await _home.Mnist("cluster", "down", "--cluster", "lost", "--json")).Succeeds().Json.Single();
        Assert.Equal(2, down.GetProperty("ended").GetInt32());
        Assert.All(before, pid => Assert.False(Signals.IsRunning(pid)));
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    private async Task<int[]> Pids() =>
        [.. (await _home.Mnist("cluster", "status", "--cluster", "lost", "--json")).Succeeds().Json.Select(silo => silo.GetProperty("pid").GetInt32())];
}

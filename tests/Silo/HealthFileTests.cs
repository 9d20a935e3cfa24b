using Mnist.Distributed.Tests.Cluster;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Silo;

/// <summary>A probe sees by a file whether a silo is an active member.</summary>
public sealed class HealthFileTests : IAsyncDisposable
{
    private readonly UserHome _home = new();

    [Fact]
    public async Task Active_silo_touches_its_file_again_and_again()
    {
        await using var silos = new StoredSilos(_home, "c", $"sqlite:{_home["c.db"]}");
        await silos.Start(1, _ => ["--Silo:HealthFile", "health"]);
        await Changes(DateTime.MinValue);
        await Changes(File.GetLastWriteTimeUtc(_home["health"]));
    }

    [Fact]
    public async Task A_link_in_the_place_of_the_file_is_replaced_and_not_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows, only some users may make links.");
        await File.WriteAllTextAsync(_home["other"], "precious", _home.Guard);
        File.CreateSymbolicLink(_home["health"], _home["other"]);
        await using var silos = new StoredSilos(_home, "c", $"sqlite:{_home["c.db"]}");
        await silos.Start(1, _ => ["--Silo:HealthFile", "health"]);
        while (File.ResolveLinkTarget(_home["health"], returnFinalTarget: false) is not null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), _home.Guard);
        }

        Assert.Equal("precious", await File.ReadAllTextAsync(_home["other"], _home.Guard));
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    private async Task Changes(DateTime before)
    {
        while (!File.Exists(_home["health"]) || File.GetLastWriteTimeUtc(_home["health"]) <= before)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), _home.Guard);
        }
    }
}

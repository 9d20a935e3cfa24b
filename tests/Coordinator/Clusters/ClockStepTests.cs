using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Clusters;

/// <summary>
/// Commands after the wall clock was set while the cluster ran. libfaketime moves the clock of one
/// process.
/// </summary>
public sealed class ClockStepTests : IAsyncDisposable
{
    private static readonly string? Library = Directory.Exists("/usr/lib")
        ? Directory.EnumerateFiles("/usr/lib", "libfaketime.so.1", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2 }).FirstOrDefault()
        : null;

    private readonly UserHome _home = new();

    [Theory]
    [InlineData("+2s")]
    [InlineData("-1d")]
    [InlineData("+400d")]
    public async Task Silos_are_known_whatever_the_clock_says(string step)
    {
        Assert.SkipWhen(Library is null, "libfaketime is not installed (Debian's package faketime).");
        await _home.Up("clock", 2);
        var before = await Pids();
        _home.Set("LD_PRELOAD", Library);
        _home.Set("FAKETIME", step);
        _home.Set("FAKETIME_DONT_FAKE_MONOTONIC", "1");

        Assert.Equal(before, await Pids());
        var down = (await _home.Mnist("cluster", "down", "--cluster", "clock", "--json")).Succeeds().Json.Single();

        Assert.Equal(2, down.GetProperty("ended").GetInt32());
        Assert.All(before, pid => Assert.False(Signals.IsRunning(pid)));
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    private async Task<int[]> Pids()
    {
        var status = (await _home.Mnist("cluster", "status", "--cluster", "clock", "--json")).Succeeds().Json.ToArray();
        Assert.All(status, silo => Assert.Equal("active", silo.GetProperty("state").GetString()));
        return [.. status.Select(silo => silo.GetProperty("pid").GetInt32())];
    }
}

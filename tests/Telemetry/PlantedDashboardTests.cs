using System.Runtime.Versioning;
using Mnist.Distributed.Coordinator.Dashboards;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Telemetry;

/// <summary>A dashboard that another user may have written is not started.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class PlantedDashboardTests : IAsyncDisposable
{
    private readonly UserHome _home = new();

    public PlantedDashboardTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Files have no modes here.");

    /// <summary>The dashboard loads files of its folder, so the sticky bit does not help.</summary>
    [Theory]
    [InlineData(0b111_111_111, 0)]
    [InlineData(0b111_111_111, (int)UnixFileMode.StickyBit)]
    public async Task A_program_in_a_folder_that_others_may_write_is_refused(int mode, int sticky)
    {
        var folder = Directory.CreateDirectory(_home["tools"]).FullName;
        var program = Path.Combine(folder, "Aspire.Dashboard");
        await File.WriteAllTextAsync(program, "#!/bin/sh\necho >started\n", _home.Guard);
        File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(folder, (UnixFileMode)(mode | sticky));
        _home.Set(DashboardPackage.Variable, folder);

        Assert.Contains($"'chmod go-w {folder}'", (await _home.Mnist("dashboard")).IsRefused(), StringComparison.Ordinal);
        Assert.Equal([program], Directory.EnumerateFileSystemEntries(folder));
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();
}

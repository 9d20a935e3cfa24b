using System.Runtime.Versioning;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Silo;

/// <summary>
/// A silo takes options from its working folder only if no other user can have written them.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class SettingsFileTests : IAsyncDisposable
{
    private readonly UserHome _home = new();

    public SettingsFileTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Files have no modes here.");

    [Fact]
    public async Task Options_that_others_may_have_written_are_refused()
    {
        var file = _home["appsettings.json"];
        await File.WriteAllTextAsync(file, """{ "Silo": { "Colour": "red" } }""", _home.Guard);
        File.SetUnixFileMode(file, (UnixFileMode)0b110_100_100);
        Assert.Contains("Silo:Colour is not an option", await Refusal(), StringComparison.Ordinal);

        File.SetUnixFileMode(file, (UnixFileMode)0b110_110_110);
        Assert.Contains("appsettings.json: take that right from them with 'chmod go-w ", await Refusal(), StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    private async Task<string> Refusal() => (await _home.Run("mnist-silo", "--Silo:Store", "sqlite:x.db")).IsRefused();
}

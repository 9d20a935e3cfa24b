using System.Diagnostics;
using System.Text.Json;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Live;

/// <summary>A <c>mnist serve</c> that runs until it is disposed of.</summary>
internal sealed class ServedPage : IAsyncDisposable
{
    private readonly UserHome _home;
    private readonly Process _process;

    private ServedPage(UserHome home, Process process, Uri address)
    {
        _home = home;
        _process = process;
        Address = address;
    }

    /// <summary>The address of the page, with its token.</summary>
    public Uri Address { get; }

    /// <summary>Starts it and waits until the page is served.</summary>
    public static async Task<ServedPage> Start(UserHome home, params string[] options)
    {
        var process = home.Start(["serve", "--json", .. options]);
        process.BeginErrorReadLine();
        var line = await process.StandardOutput.ReadLineAsync(home.Guard) ?? throw new InvalidOperationException("The page is not served.");
        return new ServedPage(home, process, new Uri(JsonSerializer.Deserialize<JsonElement>(line).GetProperty("page").GetString()!));
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Signals.InterruptIfRunning(_process.Id);
        await _process.WaitForExitAsync(_home.Guard);
        Assert.Equal(0, _process.ExitCode);
        _process.Dispose();
    }
}

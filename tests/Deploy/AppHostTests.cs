using System.Diagnostics;
using Microsoft.Playwright;
using Mnist.Distributed.Hosting.Sockets;
using Mnist.Distributed.Tests.Boundaries.Sources;
using Mnist.Distributed.Tests.Live;
using Mnist.Distributed.Tests.Processes;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Mnist.Distributed.Tests.Deploy;

/// <summary>
/// <c>deploy/AppHost</c>, as somebody uses it on Aspire's dashboard. It is outside the solution, so
/// it must be built before.
/// </summary>
public sealed class AppHostTests(SmallMnist data, ITestOutputHelper output) : IAsyncDisposable
{
    private static readonly string Program = Path.Combine(
        Repository.Root, "deploy", "AppHost", Path.GetRelativePath(Path.Combine(Repository.Root, "tests"), AppContext.BaseDirectory), "AppHost.dll");

    private readonly UserHome _home = new();

    [LongFact]
    public async Task A_killed_silo_is_started_again_and_the_cluster_trains()
    {
        Assert.SkipUnless(File.Exists(Program), "The AppHost has not been built: run 'dotnet build deploy/AppHost'.");
        await using var chromium = await Chromium.Start();
        _home.Set("MNIST_DATA", data.Path);
        _home.Set("ASPIRE_ALLOW_UNSECURED_TRANSPORT", "true");
        string[] addresses = ["ASPNETCORE_URLS", "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"];
        foreach (var (variable, port) in addresses.Zip(FreePorts.Take(addresses.Length)))
        {
            _home.Set(variable, $"http://localhost:{port}");
        }

        using var host = _home.StartAssembly(Program);
        host.BeginErrorReadLine();
        try
        {
            var address = await AddressOf(host);
            var page = await chromium.Visit(address);
            await Chromium.OpenUntilVisible(page, address.GetLeftPart(UriPartial.Authority), Row(page, "silo-1"), _home.Guard);
            foreach (var silo in (string[])["silo-1", "silo-2", "silo-3"])
            {
                await HasState(page, silo, "Running");
            }

            await Row(page, "silo-2").GetByTitle("Ends the process at once").ClickAsync();
            await HasState(page, "silo-2", "Finished");
            await Row(page, "silo-2").GetByTitle("Start resource").ClickAsync();
            await HasState(page, "silo-2", "Running");

            await Row(page, "train").GetByTitle("Start resource").ClickAsync();
            await HasState(page, "train", "Finished");
        }
        finally
        {
            Signals.InterruptIfRunning(host.Id);
            await host.WaitForExitAsync(_home.Guard);
        }

        Assert.Contains("\"status\": \"completed\"", await File.ReadAllTextAsync(_home["runs/apphost/run.json"], _home.Guard), StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    private static ILocator Row(IPage page, string resource) => page.Locator("tr", new() { Has = page.Locator($"[title='Executable: {resource}']") });

    private static Task HasState(IPage page, string resource, string state) =>
        Expect(Row(page, resource).Locator(".state-column-cell")).ToHaveTextAsync(state, new() { Timeout = 3 * Chromium.Patience });

    /// <summary>
    /// The address that opens the dashboard. What the AppHost prints is in the output of the test.
    /// </summary>
    private async Task<Uri> AddressOf(Process host)
    {
        var address = new TaskCompletionSource<Uri>();
        host.OutputDataReceived += (_, line) =>
        {
            output.WriteLine(line.Data ?? "The AppHost has closed its output.");
            if (line.Data is not { } text)
            {
                address.TrySetException(new InvalidOperationException("The AppHost has ended."));
            }
            else if (text.Contains("login?t=", StringComparison.Ordinal))
            {
                address.TrySetResult(new Uri(text[text.IndexOf("http", StringComparison.Ordinal)..]));
            }
        };
        host.BeginOutputReadLine();
        return await address.Task.WaitAsync(_home.Guard);
    }
}

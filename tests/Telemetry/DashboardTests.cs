using System.Text.Json;
using Mnist.Distributed.Coordinator.Dashboards;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Telemetry;

/// <summary>
/// The real backend: three silos, a killed one, and what the backend's own queries find.
/// </summary>
public sealed class DashboardTests(SmallMnist data) : IAsyncDisposable
{
    private readonly UserHome _home = new();

    [Fact]
    public async Task The_backend_has_one_red_trace_with_the_recovery_and_its_logs()
    {
        Assert.SkipWhen(DashboardPackage.Find() is null, "The Aspire dashboard is not on this machine: 'mnist dashboard --install-only' fetches it.");
        _home.Set(DashboardPackage.Variable, Path.GetDirectoryName(DashboardPackage.Find()));
        using var process = _home.Start("dashboard", "--json");
        try
        {
            await Check(process);
        }
        finally
        {
            if (!process.HasExited)
            {
                // It ends its child too.
                Signals.Interrupt(process.Id);
                await process.WaitForExitAsync(_home.Guard);
            }
        }
    }

    [Fact]
    public async Task What_cannot_be_started_is_refused()
    {
        _home.Set(DashboardPackage.Variable, _home["nowhere"]);
        Assert.Contains("where there is no Aspire.Dashboard", (await _home.Mnist("dashboard")).IsRefused(), StringComparison.Ordinal);
        Assert.Contains("is no port", (await _home.Mnist("dashboard", "--port", "70000")).IsRefused(), StringComparison.Ordinal);
        _home.Set(DashboardPackage.Variable, null);
        _home.Set("NUGET_PACKAGES", _home["nowhere"]);
        Assert.Contains("fetch it with 'mnist dashboard --install'", (await _home.Mnist("dashboard")).IsRefused(), StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    private async Task Check(System.Diagnostics.Process process)
    {
        var started = JsonSerializer.Deserialize<JsonElement>((await process.StandardOutput.ReadLineAsync(_home.Guard))!);
        using var client = new HttpClient { BaseAddress = new Uri(started.GetProperty("page").GetString()!.Split("/login")[0]) };
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await client.GetAsync(new Uri("/api/telemetry/traces", UriKind.Relative), _home.Guard)).StatusCode);
        client.DefaultRequestHeaders.Add("x-api-key", started.GetProperty("key").GetString());

        // No variable names the backend: the programs find it.
        (await _home.Mnist("chaos", "--plan", "kill(server) at step 100", "--data", data.Path, "--epochs", "20")).Succeeds();

        var spans = Items(await Ask("spans"), "resourceSpans", "scopeSpans", "spans").Where(span => Name(span) is not null).ToArray();
        var trace = Assert.Single(spans.Select(span => span.GetProperty("traceId").GetString()).Distinct());
        var recovery = Assert.Single(spans, span => Name(span) == "recovery");
        Assert.Equal(2, recovery.GetProperty("status").GetProperty("code").GetInt32());
        Assert.Contains(recovery.GetProperty("events").EnumerateArray(), item => item.GetProperty("name").GetString() == "takenover");
        var links = recovery.GetProperty("links").EnumerateArray().Select(link => link.GetProperty("spanId").GetString());
        Assert.Contains(spans, span => Name(span) == "step" && links.Contains(span.GetProperty("spanId").GetString()));
        var logs = Items(await Ask("logs"), "resourceLogs", "scopeLogs", "logRecords");
        Assert.Contains(logs, log => log.TryGetProperty("traceId", out var id) && id.GetString() == trace && log.ToString().Contains("TakenOver", StringComparison.Ordinal));

        Signals.Interrupt(process.Id);
        await process.WaitForExitAsync(_home.Guard);
        Assert.Equal(0, process.ExitCode);
        Assert.False(File.Exists(_home["state/mnist-distributed/dashboard/dashboard.json"]));

        async Task<JsonElement> Ask(string what) => JsonSerializer.Deserialize<JsonElement>(await client.GetStringAsync(new Uri($"/api/telemetry/{what}?limit=10000", UriKind.Relative), _home.Guard));
    }

    private static string? Name(JsonElement span) => span.GetProperty("name").GetString();

    private static IEnumerable<JsonElement> Items(JsonElement answer, string resources, string scopes, string items) => answer.GetProperty("data").GetProperty(resources).EnumerateArray()
        .SelectMany(resource => resource.GetProperty(scopes).EnumerateArray())
        .SelectMany(scope => scope.GetProperty(items).EnumerateArray());
}

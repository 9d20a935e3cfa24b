using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mnist.Distributed.Coordinator.Dashboards;
using Mnist.Distributed.Tests.Live;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Telemetry;

/// <summary>
/// The real backend: three silos, a killed one, and what the backend's own queries find.
/// </summary>
public sealed partial class DashboardTests(SmallMnist data) : IAsyncDisposable
{
    private static readonly TimeSpan AskInterval = TimeSpan.FromMilliseconds(100);
    private static readonly string[] Signalled = ["hasTraces", "hasMetrics", "hasLogs"];

    private readonly UserHome _home = new();

    [Fact]
    public Task The_backend_has_one_red_trace_with_the_recovery_and_its_logs() => WithDashboard(async (process, started) =>
    {
        using var client = ClientOf(started);
        using var stranger = Asking(started);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync(new Uri("/api/telemetry/traces", UriKind.Relative), _home.Guard)).StatusCode);

        // No variable names the backend: the programs find it.
        (await _home.Mnist("chaos", "--plan", "kill(server) at step 100", "--data", data.Path, "--epochs", "20")).Succeeds();

        var spans = Items(await Ask(client, "spans?limit=10000"), "resourceSpans", "scopeSpans", "spans").Where(span => Name(span) is not null).ToArray();
        var trace = Assert.Single(spans.Select(span => span.GetProperty("traceId").GetString()).Distinct());
        var recovery = Assert.Single(spans, span => Name(span) == "recovery");
        Assert.Equal(2, recovery.GetProperty("status").GetProperty("code").GetInt32());
        Assert.Contains(recovery.GetProperty("events").EnumerateArray(), item => item.GetProperty("name").GetString() == "taken_over");
        var links = recovery.GetProperty("links").EnumerateArray().Select(link => link.GetProperty("spanId").GetString());
        Assert.Contains(spans, span => Name(span) == "step" && links.Contains(span.GetProperty("spanId").GetString()));
        var logs = Items(await Ask(client, "logs?limit=10000"), "resourceLogs", "scopeLogs", "logRecords");
        Assert.Contains(logs, log => log.TryGetProperty("traceId", out var id) && id.GetString() == trace && log.ToString().Contains("TakenOver", StringComparison.Ordinal));

        Signals.Interrupt(process.Id);
        await process.WaitForExitAsync(_home.Guard);
        Assert.Equal(0, process.ExitCode);
        Assert.False(File.Exists(_home["state/mnist-distributed/dashboard/dashboard.json"]));
    });

    /// <summary>
    /// A process is one resource, and the page shows percentiles of the durations of its steps.
    /// </summary>
    [LongFact]
    public Task The_backend_has_real_percentiles() => WithDashboard(async (_, started) =>
    {
        await using var chromium = await Chromium.Start();
        using var client = ClientOf(started);
        using var train = _home.Start("train", "--data", data.Path, "--epochs", "1000000", "--out", _home["run"]);
        var reading = Task.WhenAll(train.StandardOutput.ReadToEndAsync(_home.Guard), train.StandardError.ReadToEndAsync(_home.Guard));
        try
        {
            var resource = await ResourceWithAllSignals(client);
            var page = await chromium.Visit(new Uri(started.GetProperty("page").GetString()!));
            var cells = page.Locator("tr", new() { Has = page.Locator("td") }).First.Locator("td");
            var metrics = $"{client.BaseAddress}metrics/resource/{resource}?meter=Mnist.Distributed&instrument=mnist.step.duration&view=Table";

            // Until the backend has the instrument, the page lists those it has. Until the instrument has values, its cells are empty.
            Match[] numbers;
            do
            {
                await Chromium.OpenUntilVisible(page, metrics, cells.Nth(1).Filter(new() { HasTextRegex = AnyNumber() }), _home.Guard);
                numbers = [.. (await cells.AllInnerTextsAsync()).Skip(1).Take(3).Select(text => AnyNumber().Match(text))];
            }
            while (numbers.Length < 3 || !numbers.All(number => number.Success));

            var percentiles = Array.ConvertAll(numbers, number => double.Parse(number.Value, CultureInfo.InvariantCulture));

            // Without buckets of its own, the instrument would have one bucket for all steps, up to 5 s.
            Assert.All(percentiles, seconds => Assert.InRange(seconds, 1e-5, 4.9));
            Assert.Equal(percentiles.Order(), percentiles);
        }
        finally
        {
            Signals.InterruptIfRunning(train.Id);
            await train.WaitForExitAsync(_home.Guard);
            await reading;
        }
    });

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

    /// <summary>Starts the dashboard of this machine for a test, and ends it.</summary>
    private async Task WithDashboard(Func<Process, JsonElement, Task> check)
    {
        Assert.SkipWhen(DashboardPackage.Find() is null, "The Aspire dashboard is not on this machine: 'mnist dashboard --install-only' fetches it.");
        _home.Set(DashboardPackage.Variable, Path.GetDirectoryName(DashboardPackage.Find()));
        using var process = _home.Start("dashboard", "--json");
        try
        {
            await check(process, JsonSerializer.Deserialize<JsonElement>((await process.StandardOutput.ReadLineAsync(_home.Guard))!));
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

    /// <summary>Waits until one process has sent traces, metrics and logs.</summary>
    /// <returns>Its name.</returns>
    private async Task<string?> ResourceWithAllSignals(HttpClient client)
    {
        while (true)
        {
            var resources = (await Ask(client, "resources")).EnumerateArray().ToArray();
            if (resources is [var resource] && Signalled.All(signal => resource.GetProperty(signal).GetBoolean()))
            {
                return resource.GetProperty("displayName").GetString();
            }

            Assert.True(resources.Length < 2, "One process is several resources.");
            await Task.Delay(AskInterval, _home.Guard);
        }
    }

    private static HttpClient ClientOf(JsonElement started)
    {
        var client = Asking(started);
        client.DefaultRequestHeaders.Add("x-api-key", started.GetProperty("key").GetString());
        return client;
    }

    private static HttpClient Asking(JsonElement started) => new() { BaseAddress = new Uri(started.GetProperty("page").GetString()!.Split("/login")[0]) };

    private async Task<JsonElement> Ask(HttpClient client, string what) =>
        JsonSerializer.Deserialize<JsonElement>(await client.GetStringAsync(new Uri($"/api/telemetry/{what}", UriKind.Relative), _home.Guard));

    [GeneratedRegex(@"[0-9]+(\.[0-9]+)?")]
    private static partial Regex AnyNumber();

    private static string? Name(JsonElement span) => span.GetProperty("name").GetString();

    private static IEnumerable<JsonElement> Items(JsonElement answer, string resources, string scopes, string items) => answer.GetProperty("data").GetProperty(resources).EnumerateArray()
        .SelectMany(resource => resource.GetProperty(scopes).EnumerateArray())
        .SelectMany(scope => scope.GetProperty(items).EnumerateArray());
}

using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Mnist.Distributed.Tests.Cluster;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Live;

/// <summary>What the program behind the live page answers, as a browser asks for it.</summary>
public sealed class LivePageTests(SmallMnist data) : IAsyncDisposable
{
    private readonly UserHome _home = new();

    [Fact]
    public async Task The_page_shows_the_runs_of_a_folder_and_their_models()
    {
        (await _home.Mnist("train", "--data", data.Path, "--epochs", "2", "--out", _home["runs/first"])).Succeeds();
        await using var served = await ServedPage.Start(_home, "--runs", _home["runs"]);
        var page = served.Address;
        using var client = new HttpClient { BaseAddress = page };

        Assert.Contains("<title>mnist</title>", await client.GetStringAsync(page, _home.Guard), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync(new Uri("/api/events", UriKind.Relative), _home.Guard)).StatusCode);

        var runs = await Read(client, page, "", "runs");
        var run = Assert.Single(runs.GetProperty("runs").EnumerateArray()).GetProperty("id").GetString();
        var note = (await Read(client, page, $"&run={run}", "run")).GetProperty("note");
        Assert.Equal("points", note.GetProperty("kind").GetString());
        Assert.Equal(2, note.GetProperty("points").GetArrayLength());

        var report = await Json(client.GetAsync(new Uri($"/api/runs/{run}/report{page.Query}", UriKind.Relative), _home.Guard));
        Assert.Equal(10, report.GetProperty("confusion").GetArrayLength());
        var sample = await Json(client.GetAsync(new Uri($"/api/runs/{run}/samples/0{page.Query}", UriKind.Relative), _home.Guard));
        Assert.Equal(1, sample.GetProperty("answer").GetProperty("probabilities").EnumerateObject().Sum(entry => entry.Value.GetDouble()), 1e-5);

        using var rubbish = new ByteArrayContent([1, 2, 3]) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };
        var refused = await client.PostAsync(new Uri($"/api/runs/{run}/predict{page.Query}", UriKind.Relative), rubbish, _home.Guard);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("neither PNG nor JPEG", await refused.Content.ReadAsStringAsync(_home.Guard), StringComparison.Ordinal);
    }

    /// <summary>
    /// Wherever the connection of a page is cut, the page has everything in the end.
    /// </summary>
    [Fact]
    public async Task A_page_that_connects_again_loses_nothing()
    {
        await _home.Up("watched", 1);
        (await _home.Mnist("train", "--cluster", "watched", "--data", data.Path, "--epochs", "3", "--out", _home["runs/first"])).Succeeds();
        await using var served = await ServedPage.Start(_home, "--cluster", "watched", "--runs", _home["runs"]);
        using var client = new HttpClient { BaseAddress = served.Address };
        await EveryCutIsMended(client, served.Address);

        // The page finds the same run in its folder when the cluster is gone.
        (await _home.Mnist("cluster", "down", "--name", "watched")).Succeeds();
        await EveryCutIsMended(client, served.Address);

        // And new runs when it is there again.
        await _home.Up("watched", 1);
        (await _home.Mnist("train", "--cluster", "watched", "--data", data.Path, "--epochs", "1", "--out", _home["elsewhere"])).Succeeds();
        Assert.Equal(2, await Poll.Until(async () => (await Read(client, served.Address, "", "runs")).GetProperty("runs").GetArrayLength(), count => count == 2, _home.Guard));
    }

    /// <summary>
    /// A page shows lost silos of a cluster elsewhere, and not those that have left.
    /// </summary>
    [LongFact]
    public async Task Silos_that_are_found_by_a_store_are_shown_until_they_are_there_again()
    {
        var store = $"sqlite:{_home["elsewhere.db"]}";
        await using var silos = new StoredSilos(_home, "elsewhere", store);
        await silos.Start(3);
        await using var served = await ServedPage.Start(_home, "--store", store, "--cluster", "elsewhere");
        using var client = new HttpClient { BaseAddress = served.Address };
        await UntilSilosAre("silo-1 active", "silo-2 active", "silo-3 active");

        await Signals.KillNow(silos.Pids.ElementAt(1));
        await UntilSilosAre("silo-1 active", "silo-2 dead", "silo-3 active");

        await using var again = new StoredSilos(_home, "elsewhere", store);
        await again.Start(1, _ => ["--Silo:Name", "silo-2"]);
        await UntilSilosAre("silo-1 active", "silo-2 active", "silo-3 active");

        Signals.Interrupt(silos.Pids.First());
        await UntilSilosAre("silo-2 active", "silo-3 active");

        Task UntilSilosAre(params string[] expected) => Poll.Until(
            async () => (await Read(client, served.Address, "", "silos")).GetProperty("silos").EnumerateArray().Select(silo => $"{silo.GetProperty("name")} {silo.GetProperty("state")}"),
            shown => shown.SequenceEqual(expected),
            _home.Guard);
    }

    [Fact]
    public async Task What_cannot_be_served_is_refused()
    {
        using var taken = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = $"{((IPEndPoint)taken.LocalEndpoint).Port}";
        Assert.Contains("choose another --port", (await _home.Mnist("serve", "--port", port)).IsRefused(), StringComparison.Ordinal);
        Assert.Contains("is no port", (await _home.Mnist("serve", "--port", "70000")).IsRefused(), StringComparison.Ordinal);
        Assert.Contains("is no IP address", (await _home.Mnist("serve", "--address", "here")).IsRefused(), StringComparison.Ordinal);
        Assert.Contains("is no folder", (await _home.Mnist("serve", "--runs", _home["nowhere"])).IsRefused(), StringComparison.Ordinal);
        Assert.Contains("There is no cluster", (await _home.Mnist("serve", "--cluster", "nowhere")).IsRefused(), StringComparison.Ordinal);
        _home.Set("PATH", _home["empty"] + Path.PathSeparator + Path.GetDirectoryName(Environment.ProcessPath));
        Assert.Contains("leave out --open", (await _home.Mnist("serve", "--open")).IsRefused(), StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    private async Task<JsonElement> Json(Task<HttpResponseMessage> asked)
    {
        using var answer = (await asked).EnsureSuccessStatusCode();
        return JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync(_home.Guard));
    }

    private async Task EveryCutIsMended(HttpClient client, Uri page)
    {
        var id = (await Poll.Until(() => Read(client, page, "", "runs"), list => list.GetProperty("runs").GetArrayLength() == 1, _home.Guard)).GetProperty("runs")[0].GetProperty("id").GetString();
        var whole = await Notes(client, page, $"&run={id}");
        Assert.Contains(whole, note => note.Data.Contains("\"epoch\":3", StringComparison.Ordinal));
        for (var cut = 1; cut < whole.Count; cut++)
        {
            var rest = await Notes(client, page, $"&run={id}&since={Uri.EscapeDataString(whole[cut - 1].Id)}");
            Assert.Equal(whole.Select(note => note.Data), whole.Take(cut).Concat(rest).Select(note => note.Data).Distinct());
        }
    }

    /// <summary>Everything that happened in a run, up to its end.</summary>
    private async Task<IReadOnlyList<(string Id, string Data)>> Notes(HttpClient client, Uri page, string query)
    {
        var notes = new List<(string, string)>();
        await foreach (var (kind, id, data) in Events(client, page, query))
        {
            if (kind == "run")
            {
                notes.Add((id, data));
                if (data.Contains("\"kind\":\"ended\"", StringComparison.Ordinal))
                {
                    break;
                }
            }
        }

        return notes;
    }

    /// <summary>The first event of a kind.</summary>
    private async Task<JsonElement> Read(HttpClient client, Uri page, string query, string kind)
    {
        await foreach (var (found, _, data) in Events(client, page, query))
        {
            if (found == kind)
            {
                return JsonSerializer.Deserialize<JsonElement>(data);
            }
        }

        throw new InvalidOperationException($"The stream has ended without an event {kind}.");
    }

    private async IAsyncEnumerable<(string Kind, string Id, string Data)> Events(HttpClient client, Uri page, string query)
    {
        await using var stream = await client.GetStreamAsync(new Uri($"/api/events{page.Query}{query}", UriKind.Relative), _home.Guard);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(_home.Guard))
        {
            yield return (item.EventType, item.EventId!, item.Data);
        }
    }
}

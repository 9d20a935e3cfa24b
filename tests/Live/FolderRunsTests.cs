using System.Text.Json;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Dashboard;
using Mnist.Distributed.Dashboard.Runs;
using Mnist.Distributed.Tests.Reports.Pages;
using Mnist.Distributed.Training.Catalogue;
using Xunit;

namespace Mnist.Distributed.Tests.Live;

/// <summary>What the live page gets of runs in folders, also while they go on.</summary>
public sealed class FolderRunsTests : IDisposable
{
    /// <summary>Folders are looked at every second, so a wait of minutes is a fault.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(5);

    private readonly WrittenRun _run = new();
    private readonly FolderRuns _runs;
    private readonly CancellationTokenSource _guard = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public FolderRunsTests()
    {
        _runs = new FolderRuns(_run.Root, TrainingCatalogue.Standard);
        _guard.CancelAfter(Hang);
    }

    [Fact]
    public async Task A_run_that_goes_on_is_followed_to_its_end()
    {
        _run.Is("running");
        Assert.Equal("running", Assert.Single(await _runs.List()).Status);
        _run.Append("metrics.jsonl", $"{WrittenRun.Epoch(1)}\n");
        List<(string? Cursor, JsonElement Data)> notes = [];
        await using var reader = _runs.Watch(WrittenRun.Id, null, _guard.Token).GetAsyncEnumerator(_guard.Token);
        await NextAre("points", "epoch");

        // The epoch is not there before its line is written to the end.
        var line = $"{WrittenRun.Epoch(2)}\n";
        _run.Append("metrics.jsonl", line[..20]);
        _run.Append("incidents.jsonl", $"{WrittenRun.Incident("lost")}\n");
        await NextAre("incident");
        _run.Append("metrics.jsonl", line[20..]);
        await NextAre("points", "epoch");
        _run.Is("completed");
        await NextAre("ended");

        Assert.Equal("completed", Assert.Single(await _runs.List()).Status);
        Assert.Equal([2.5, 5.0], notes.Where(note => Kind(note.Data) == "points").Select(note => note.Data.GetProperty("points")[0][5].GetDouble()));

        // A reader that connects again with any cursor but the last loses and repeats nothing.
        foreach (var (at, (cursor, _)) in notes.Index().SkipLast(1).Where(entry => entry.Item.Cursor is not null))
        {
            var both = notes.Take(at + 1).Select(note => note.Data).Concat(await UntilEnd(cursor));
            Assert.Equal(Sorted(notes.Select(note => note.Data)), Sorted(both));
        }

        async Task NextAre(params string[] kinds)
        {
            foreach (var kind in kinds)
            {
                Assert.True(await reader.MoveNextAsync());
                notes.Add((reader.Current.Cursor, Json(reader.Current)));
                Assert.Equal(kind, Kind(notes[^1].Data));
            }
        }
    }

    [Theory]
    [InlineData("all")]
    [InlineData("-1/0")]
    [InlineData("""{"Started":true,"Epochs":2}""")]
    [InlineData("9/9/completed")]
    public async Task A_reader_with_a_cursor_of_something_else_gets_everything(string cursor)
    {
        _run.Is("stopped");
        _run.Append("metrics.jsonl", $"{WrittenRun.Epoch(1)}\n{WrittenRun.Epoch(2)}\n");
        _run.Append("incidents.jsonl", $"{WrittenRun.Incident("joined")}\n");
        await _runs.List();

        Assert.Equal(["points", "epoch", "epoch", "incident", "ended"], (await UntilEnd(cursor)).Select(Kind));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_read_is_listed_as_such_until_it_can()
    {
        _run.Is("completed", metric: "\"accuracy\"");
        Assert.Equal("unreadable", Assert.Single(await _runs.List()).Status);
        await Assert.ThrowsAsync<InvalidInputException>(() => UntilEnd(null));

        _run.Is("completed");
        Assert.Equal("unreadable", Assert.Single(await _runs.List()).Status);

        _run.Append("metrics.jsonl", $"{WrittenRun.Epoch(1)}\n");
        Assert.Equal("completed", Assert.Single(await _runs.List()).Status);
    }

    public void Dispose()
    {
        _guard.Dispose();
        _run.Dispose();
    }

    /// <summary>What a reader with a cursor gets, up to the end of the run.</summary>
    private async Task<IReadOnlyList<JsonElement>> UntilEnd(string? cursor)
    {
        List<JsonElement> notes = [];
        await foreach (var note in _runs.Watch(WrittenRun.Id, cursor, _guard.Token))
        {
            notes.Add(Json(note));
            if (Kind(notes[^1]) == "ended")
            {
                break;
            }
        }

        return notes;
    }

    private static JsonElement Json(RunNote note) => JsonSerializer.Deserialize<JsonElement>(PageJson.Of(note.Data));

    private static string? Kind(JsonElement note) => note.GetProperty("kind").GetString();

    private static IEnumerable<string> Sorted(IEnumerable<JsonElement> notes) => notes.Select(note => note.GetRawText()).Order(StringComparer.Ordinal);
}

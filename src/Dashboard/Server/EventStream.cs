using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Dashboard.Runs;

namespace Mnist.Distributed.Dashboard.Server;

/// <summary>
/// The stream of events that the page listens to: the list of runs, the silos, and what happens in
/// the runs that the page asks for. The id of an event holds the cursors of these runs, so a page
/// that connects again loses nothing.
/// </summary>
internal static class EventStream
{
    private const int MostRuns = 16;

    private static readonly TimeSpan SilosInterval = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan RunsInterval = TimeSpan.FromSeconds(1);

    /// <summary>Maps the stream.</summary>
    /// <param name="api">Where to map it.</param>
    /// <param name="stopping">Ends all streams.</param>
    public static void Map(IEndpointRouteBuilder api, CancellationToken stopping) => api.MapGet("/events", (HttpContext context, PageContent content) =>
    {
        var since = context.Request.Headers["Last-Event-ID"].FirstOrDefault() ?? context.Request.Query["since"].FirstOrDefault();
        var runs = context.Request.Query["run"].OfType<string>().Where(RunId.IsValid).Distinct().Take(MostRuns).ToArray();
        return TypedResults.ServerSentEvents(Read(content, runs, Cursors(since), stopping, context.RequestAborted));
    });

    private static async IAsyncEnumerable<SseItem<string>> Read(
        PageContent content, string[] runs, Dictionary<string, string> cursors, CancellationToken stopping, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var events = Channel.CreateBounded<(string Type, string? Run, string? Cursor, string Data)>(64);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation, stopping);
        List<Task> writers =
        [
            Write(() => Poll("runs", RunsInterval, async () => new { Runs = await ListOf(content) })),
            .. content.Cluster is { } cluster
                ? [Write(() => Poll("silos", SilosInterval, async () => new { Cluster = cluster.Name, cluster.CanChange, Silos = await cluster.Silos() }))]
                : (Task[])[],
            .. runs.Select(run => Write(() => Follow(run))),
        ];
        try
        {
            await foreach (var (type, run, cursor, data) in events.Reader.ReadAllAsync(ended.Token))
            {
                if (run is not null && cursor is not null)
                {
                    cursors[run] = cursor;
                }

                yield return new SseItem<string>(data, type) { EventId = IdOf(cursors) };
            }
        }
        finally
        {
            await ended.CancelAsync();
            await Task.WhenAll(writers);
        }

        // A failure ends the stream, and the page connects again.
        async Task Write(Func<Task> write)
        {
            try
            {
                await write();
            }
            catch (Exception failure)
            {
                events.Writer.TryComplete(ended.IsCancellationRequested ? null : failure);
            }
        }

        async Task Poll(string type, TimeSpan interval, Func<Task<object>> read)
        {
            for (string? last = null; ; await Task.Delay(interval, ended.Token))
            {
                var now = PageJson.Of(await read());
                if (now != last)
                {
                    await events.Writer.WriteAsync((type, null, null, now), ended.Token);
                    last = now;
                }
            }
        }

        async Task Follow(string run)
        {
            IRunSource? source;
            while ((source = await OwnerOf(content, run)) is null)
            {
                await Task.Delay(RunsInterval, ended.Token);
            }

            try
            {
                await foreach (var note in source.Watch(run, cursors.GetValueOrDefault(run), ended.Token))
                {
                    await events.Writer.WriteAsync(("run", run, note.Cursor, PageJson.Of(new { Run = run, Note = note.Data })), ended.Token);
                }
            }
            catch (InvalidInputException unreadable)
            {
                await events.Writer.WriteAsync(("run", null, null, PageJson.Of(new { Run = run, Note = new { Kind = "problem", unreadable.Message } })), ended.Token);
            }
        }
    }

    private static async Task<IReadOnlyList<ShownRun>> ListOf(PageContent content) =>
        [.. (await Task.WhenAll(content.Sources.Select(source => source.List()))).SelectMany(runs => runs).DistinctBy(run => run.Id)];

    /// <summary>The first source that knows a run; null if none does.</summary>
    private static async Task<IRunSource?> OwnerOf(PageContent content, string run)
    {
        foreach (var source in content.Sources)
        {
            if ((await source.List()).Any(known => known.Id == run))
            {
                return source;
            }
        }

        return null;
    }

    private static string IdOf(Dictionary<string, string> cursors) => Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(cursors));

    private static Dictionary<string, string> Cursors(string? id)
    {
        try
        {
            return id is null ? [] : JsonSerializer.Deserialize<Dictionary<string, string>>(Convert.FromBase64String(id)) ?? [];
        }
        catch (Exception foreign) when (foreign is FormatException or JsonException)
        {
            throw new InvalidInputException("This event id is not of this page: load the page again.", foreign);
        }
    }
}

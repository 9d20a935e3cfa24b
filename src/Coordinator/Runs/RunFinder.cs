using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Terminal;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>
/// Finds the run that a user means: by the folder of its results, by its id or the beginning of it,
/// by its name, or as the newest one. It looks in the folder <c>runs</c> and on a cluster.
/// </summary>
/// <param name="cluster">The cluster of the command line; null if it names none.</param>
/// <param name="usual">The cluster that is asked if the folders do not have the run.</param>
internal sealed class RunFinder(ClusterPlace? cluster, ClusterPlace usual)
{
    /// <summary>The cluster that is asked if no other one is named.</summary>
    private const string SharedCluster = "local";

    /// <summary>A finder for a command line.</summary>
    /// <param name="cluster">The cluster of the command line; null if it names none.</param>
    /// <param name="access">What is needed to reach a cluster.</param>
    public static RunFinder For(ClusterPlace? cluster, ClusterAccess access) => new(cluster, new ClusterPlace(SharedCluster, access));

    /// <summary>Finds a run.</summary>
    /// <param name="text">What the user has written.</param>
    /// <exception cref="InvalidInputException">
    /// There is no such run, or there are several.
    /// </exception>
    public async Task<FoundRun> Find(string text)
    {
        if (Directory.Exists(text))
        {
            return StoredRun.In(text) is { RunId: { } id } stored
                ? In(new LocalRun(id, text, stored))
                : throw new InvalidInputException($"{text} holds no run: name a folder with a run.json, or a run by its id.");
        }

        Require(RunId.IsValid(text), $"'{Printable.Of(text, 80)}' cannot be a run's id, and is no folder: {RunId.Rule}; 'mnist runs list' names the runs there are.");
        var local = LocalRuns.In(LocalRuns.Usual);
        if (local.FirstOrDefault(run => run.RunId == text) is { } exact)
        {
            return In(exact);
        }

        return cluster is null && Pick(text, [.. local.Select(run => new Candidate(run.RunId, run.Stored.RunName))]) is { } id2
            ? In(local.First(run => run.RunId == id2))
            : await OnCluster(text, local);
    }

    private FoundRun In(LocalRun run) => new(run.RunId, run.Folder, run.Stored.Cluster switch
    {
        null when RecordFolder.Holds(run.Folder, run.RunId) => null,
        null => cluster,
        var home when cluster is null || cluster.Cluster == home => cluster ?? usual with { Cluster = home },
        var home => usual with { Cluster = home },
    });

    private async Task<FoundRun> OnCluster(string text, IReadOnlyList<LocalRun> local)
    {
        var place = cluster ?? usual;
        TrainingCluster? connection = null;
        try
        {
            connection = await place.Connect();
        }
        catch (InvalidInputException none) when (cluster is null)
        {
            throw new InvalidInputException($"There is no run {text} in the folder {LocalRuns.Usual}, and no cluster to ask: {Spelling.Advice(text, local.Select(run => run.RunId), "'mnist runs list' names those there are.")} ({none.Message})", none);
        }

        await using (connection)
        {
            SlowWork.Is("asking for the run");
            var known = text == RunLabels.Latest ? RunStatus.Unknown : (await RetryingCall.Ask(connection.Grains.GetGrain<ITrainingRunGrain>(text).Describe)).Status;
            var id = known != RunStatus.Unknown ? text : await Choose(connection.Grains, text);
            return id is null ? throw await Unknown(connection.Grains, place, text) : new FoundRun(id, local.FirstOrDefault(run => run.RunId == id)?.Folder, place);
        }
    }

    private static async Task<InvalidInputException> Unknown(IGrainFactory grains, ClusterPlace place, string text)
    {
        var known = await RetryingCall.Ask(grains.GetGrain<IRunIndexGrain>(IRunIndexGrain.Key).List);
        return new InvalidInputException($"Cluster {place.Cluster} has no run {text}: {Spelling.Advice(text, known, $"'mnist runs list {place.Options}' names those it has.")}");
    }

    private static async Task<string?> Choose(IGrainFactory grains, string text)
    {
        var ids = await RetryingCall.Ask(grains.GetGrain<IRunIndexGrain>(IRunIndexGrain.Key).List);
        if (Pick(text, [.. ids.Select(id => new Candidate(id, null))]) is { } id)
        {
            return id;
        }

        var runs = await Task.WhenAll(ids.Select(id => RetryingCall.Ask(grains.GetGrain<ITrainingRunGrain>(id).Describe)));
        return Pick(text, [.. runs.Select(run => new Candidate(run.RunId, run.Options.Labels.Name))]);
    }

    /// <summary>
    /// The id of the run that a text means: the newest run, the run with this name, or the only
    /// one whose id begins so. Null if there is none.
    /// </summary>
    /// <exception cref="InvalidInputException">Several ids begin so.</exception>
    private static string? Pick(string text, IReadOnlyList<Candidate> runs)
    {
        if (text == RunLabels.Latest)
        {
            return runs.MaxBy(run => run.RunId, StringComparer.Ordinal)?.RunId;
        }

        // Of several runs with one name, the newest is meant.
        if (runs.Where(run => run.Name == text).MaxBy(run => run.RunId, StringComparer.Ordinal) is { } named)
        {
            return named.RunId;
        }

        var begun = runs.Where(run => run.RunId.StartsWith(text, StringComparison.Ordinal)).ToArray();
        return begun.Length <= 1
            ? begun.FirstOrDefault()?.RunId
            : throw new InvalidInputException($"{begun.Length} runs begin with {text}: {string.Join(", ", begun.Take(5).Select(run => run.RunId))}{(begun.Length > 5 ? ", ..." : "")}; give more letters.");
    }

    /// <summary>A run that may be meant.</summary>
    private sealed record Candidate(string RunId, string? Name);
}

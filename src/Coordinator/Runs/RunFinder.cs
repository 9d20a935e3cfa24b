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
/// by its name, or as the newest one that is no trial of a sweep. It looks in the folder
/// <c>runs</c>, then on clusters.
/// </summary>
/// <param name="cluster">The cluster of the command line; null if it names none.</param>
/// <param name="usual">The cluster that is asked if the folders do not have the run.</param>
internal sealed class RunFinder(ClusterPlace? cluster, ClusterPlace usual)
{
    /// <summary>A finder for a command line.</summary>
    /// <param name="cluster">The cluster of the command line; null if it names none.</param>
    /// <param name="access">What is needed to reach a cluster.</param>
    public static RunFinder For(ClusterPlace? cluster, ClusterAccess access) => new(cluster, new ClusterPlace(ClusterName.Usual, access));

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

        return cluster is null && text != RunLabels.Latest && Pick(text, local) is { } picked ? In(picked) : await OnCluster(text, local);
    }

    /// <summary>
    /// The run in a folder that a text means: the newest run that is no trial of a sweep, the run
    /// with this name, or the only one whose id begins so. Null if there is none.
    /// </summary>
    /// <exception cref="InvalidInputException">Several ids begin so.</exception>
    public static LocalRun? Pick(string text, IReadOnlyList<LocalRun> runs) => text == RunLabels.Latest
        ? runs.LastOrDefault(run => run.Stored.Labels.Sweep is null)
        : Pick(text, [.. runs.Select(run => new Candidate(run.RunId, run.Stored.Labels))]) is { } id ? runs.First(run => run.RunId == id) : null;

    private FoundRun In(LocalRun run) => new(run.RunId, run.Folder, run.Stored.Cluster switch
    {
        null when RecordFolder.Holds(run.Folder, run.RunId) || run.Stored.IsQueued => null,
        null => cluster,
        var home when cluster is null || cluster.Cluster == home => cluster ?? usual with { Cluster = home },
        var home => usual with { Cluster = home },
    });

    private async Task<FoundRun> OnCluster(string text, IReadOnlyList<LocalRun> local)
    {
        var refusals = new List<InvalidInputException>();
        var answers = new List<(ClusterPlace? Place, string RunId)>();
        List<string> known = [.. local.Select(run => run.RunId)];
        foreach (var place in Places())
        {
            try
            {
                if (await IdOn(place, text, known) is { } id)
                {
                    answers.Add((place, id));
                }
            }
            catch (InvalidInputException refusal) when (cluster is null)
            {
                refusals.Add(refusal);
            }
        }

        if (text == RunLabels.Latest)
        {
            answers = [.. answers.Concat(cluster is null && Pick(text, local) is { } here ? [((ClusterPlace?)null, here.RunId)] : []).OrderBy(answer => answer.RunId, StringComparer.Ordinal).TakeLast(1)];
        }

        return answers switch
        {
            [var (place, id)] => local.FirstOrDefault(run => run.RunId == id) is not { } found ? new FoundRun(id, null, place)
                : cluster is null ? In(found)
                : new FoundRun(id, found.Folder, place),
            [_, ..] => throw new InvalidInputException($"{text} may be {string.Join(" or ", answers.Select(answer => $"{answer.RunId} of cluster {answer.Place?.Cluster}"))}: give more letters, or name the cluster with --cluster."),
            _ when cluster is not null => throw new InvalidInputException($"Cluster {cluster.Cluster} has no run {text}: {Spelling.Advice(text, known, $"'mnist runs list {cluster.Options}' names those it has.")}"),
            _ => throw new InvalidInputException(
                $"There is no run {text}, neither in the folder {LocalRuns.Usual} nor on a running cluster: {Spelling.Advice(text, known, "'mnist runs list' names those there are.")}{(refusals.Count > 0 ? $" ({refusals[0].Message})" : "")}"),
        };
    }

    /// <summary>
    /// The clusters that are asked: the one that the command line names, else the one of the
    /// environment, else all running clusters of this user.
    /// </summary>
    private IReadOnlyList<ClusterPlace> Places() => cluster is not null || usual.Gateways is not null
        ? [cluster ?? usual]
        : [.. ClusterFolder.Names().Where(name => new LocalCluster(name).Alive.Count > 0).Select(name => usual with { Cluster = name })];

    /// <summary>The id of the run on a cluster; null if it has no such run.</summary>
    /// <param name="place">The cluster.</param>
    /// <param name="text">What the user has written.</param>
    /// <param name="known">
    /// Receives the ids of its runs, if the run was not found by its id.
    /// </param>
    private static async Task<string?> IdOn(ClusterPlace place, string text, List<string> known)
    {
        await using var connection = await place.Connect();
        SlowWork.Is("asking for the run");
        if (text != RunLabels.Latest && (await RetryingCall.Ask(connection.Grains.GetGrain<ITrainingRunGrain>(text).Describe)).Status != RunStatus.Unknown)
        {
            return text;
        }

        var ids = await RetryingCall.Ask(connection.Grains.GetGrain<IRunIndexGrain>(IRunIndexGrain.Key).List);
        known.AddRange(ids);
        return await Choose(connection.Grains, text, ids);
    }

    private static async Task<string?> Choose(IGrainFactory grains, string text, IReadOnlyList<string> ids)
    {
        if (text == RunLabels.Latest)
        {
            return await Newest(grains, ids);
        }

        if (Pick(text, [.. ids.Select(id => new Candidate(id, RunLabels.None))]) is { } id)
        {
            return id;
        }

        var runs = await ListedRuns.Describe(grains, ids);
        return Pick(text, [.. runs.Select(run => new Candidate(run.RunId, run.Options.Labels))]);
    }

    /// <summary>The newest run that is no trial of a sweep; null if there is none.</summary>
    private static async Task<string?> Newest(IGrainFactory grains, IReadOnlyList<string> ids)
    {
        List<string> left = [.. ids];
        while (left.Max(StringComparer.Ordinal) is { } newest)
        {
            if ((await RetryingCall.Ask(grains.GetGrain<ITrainingRunGrain>(newest).Describe)).Options.Labels.Sweep is not { } sweep)
            {
                return newest;
            }

            left.RemoveAll(id => id.StartsWith($"{sweep}-", StringComparison.Ordinal));
            left.Remove(newest);
        }

        return null;
    }

    /// <summary>
    /// The id of the run that a text means: the run with this name, or the only one whose id begins
    /// so. Null if there is none.
    /// </summary>
    /// <exception cref="InvalidInputException">Several ids begin so.</exception>
    private static string? Pick(string text, IReadOnlyList<Candidate> runs)
    {
        // Of several runs with one name, the newest is meant. The trials of a sweep share one name.
        var named = runs.Where(run => run.Labels.Name == text && run.Labels.Sweep is null).MaxBy(run => run.RunId, StringComparer.Ordinal);
        return named?.RunId ?? ShortId.Pick(text, [.. runs.Select(run => run.RunId)], "runs");
    }

    /// <summary>A run that may be meant.</summary>
    private sealed record Candidate(string RunId, RunLabels Labels);
}

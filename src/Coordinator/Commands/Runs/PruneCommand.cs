using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Terminal;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary><c>mnist runs prune</c>: deletes old runs.</summary>
internal static class PruneCommand
{
    private const string Examples = """
        Deletes old runs of the folder 'runs' and of your running clusters. A run goes if every condition that is given
        allows it. A run that trains or waits stays, and so does a trial of a sweep.

        Examples:
          mnist runs prune --keep 20 --older-than 30d --dry-run
          mnist runs prune --tag try --keep-best 1
          mnist runs prune --status failed --yes
        """;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var selection = new SelectionOptions();
        var keep = OptionKind.Number<int>("--keep", "Keep the N newest runs.");
        var best = OptionKind.Number<int>("--keep-best", "Keep the N runs with the best metric; of several metrics, N of each.");
        var older = OptionKind.OptionalText("--older-than", "TIME", "Only runs that ended so long ago: a number with s, m, h, d or w, such as 30d.");
        var dry = OptionKind.Flag("--dry-run", "Say what would be deleted, and delete nothing.");
        var yes = OptionKind.Flag("--yes", "Do not ask. Needed where nobody can be asked.").OnlyFromTheUser();
        var json = SharedOptions.Json();
        OptionGroup.Selection.Holds(keep, best, older);
        OptionGroup.Results.Holds(dry, yes);
        var command = new Command("prune", Examples) { keep, best, older, dry, yes, json };
        selection.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            Require(parsed.GetValue(keep) is null or >= 0, $"--keep must be at least 0, but is {parsed.GetValue(keep)}.");
            Require(parsed.GetValue(best) is null or >= 1, $"--keep-best must be at least 1, but is {parsed.GetValue(best)}.");
            var age = parsed.GetValue(older) is { } text ? ShortTime.Parse(text, "--older-than") : (TimeSpan?)null;
            var rule = new PruneRule(parsed.GetValue(keep), age, parsed.GetValue(best));
            var chosen = selection.Selection(parsed);
            Require(
                rule != new PruneRule(null, null) || chosen.Statuses.Count + chosen.Tags.Count > 0,
                "Say which runs go: with --keep N all but the newest, with --keep-best N all but the best, with --older-than 30d the old ones, or those with a --status or a --tag.");
            var found = await selection.Find(parsed, Note);
            var doomed = rule.Choose([.. found.Runs.Where(chosen.Has)], TimeProvider.System.GetUtcNow().UtcDateTime);
            await using var clusters = new OpenClusters();
            return await new Deletion(parsed.GetValue(yes), parsed.GetValue(dry), parsed.GetValue(json)).Of(await Reachable(doomed, clusters), clusters);
        });
        return command;
    }

    /// <summary>
    /// The runs whose records can be deleted now. The record of a run that stays would bring the
    /// run back.
    /// </summary>
    private static async Task<IReadOnlyList<DoomedRun>> Reachable(IReadOnlyList<KnownRun> runs, OpenClusters clusters)
    {
        var ready = new List<DoomedRun>();
        foreach (var away in runs.Where(IsAway).GroupBy(run => run.ClusterName))
        {
            Note($"{Quantity.Of(away.Count(), "run")} of cluster {away.Key} stay{(away.Count() == 1 ? "s" : "")}, because the cluster was not asked: start it, or name it with --cluster.");
        }

        foreach (var run in runs.Where(run => !IsAway(run)))
        {
            try
            {
                ready.Add(await new DoomedRun(run.RunId, run.Folder, run.Cluster).Checked(clusters));
            }
            catch (InvalidInputException refusal)
            {
                Note($"Run {run.RunId} stays: {refusal.Message}");
            }
        }

        return ready;
    }

    /// <summary>Whether the record of a run is on a cluster that has not answered.</summary>
    private static bool IsAway(KnownRun run) => run is { Cluster: null, ClusterName: { } name } && (!ClusterName.IsValid(name) || ClusterFolder.Of(name).HasStore || ClusterAccessIsSet);

    private static bool ClusterAccessIsSet => new ClusterAccess().Gateways is not null;

    private static void Note(string sentence) => Remarks.Say(Printable.Of(sentence, Printable.Sentence));
}

using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Runs;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary><c>mnist runs delete</c>: deletes runs with all that is kept of them.</summary>
internal static class DeleteCommand
{
    private const string Examples = """
        Deletes runs: the files that a run has written to its folder, its record, and its record on its cluster. Other
        files in the folder stay. A run that trains is not deleted.

        Examples:
          mnist runs delete latest
          mnist runs delete 20260901-120000-ab12 runs/old --yes
        """;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var yes = OptionKind.Flag("--yes", "Do not ask. Needed where nobody can be asked.").OnlyFromTheUser();
        var folderOnly = OptionKind.Flag("--folder-only", "Delete the folder, and leave the record on the cluster.");
        var command = new ManyRunsCommand("delete", Examples, least: 1) { yes, folderOnly };
        command.SetAction(async (parsed, _) =>
        {
            var found = await command.Find(parsed);
            await using var clusters = new OpenClusters();
            var doomed = new List<DoomedRun>();
            foreach (var run in found)
            {
                doomed.Add(await Doom(run, parsed.GetValue(folderOnly), clusters));
            }

            return await new Deletion(parsed.GetValue(yes), isDry: false, parsed.GetValue(command.Json)).Of(doomed, clusters);
        });
        return command;
    }

    private static async Task<DoomedRun> Doom(FoundRun run, bool folderOnly, OpenClusters clusters)
    {
        InvalidInputException.Require(!folderOnly || run.Folder is not null, $"Run {run.RunId} has no folder here: leave out --folder-only to delete its record.");
        var home = run.Home is null || folderOnly || IsNoMore(run.Home) ? null : new RunCluster(run.Home.Cluster, run.Home);
        try
        {
            return await new DoomedRun(run.RunId, run.Folder, home).Checked(clusters);
        }
        catch (InvalidInputException silent) when (home is not null && run.Folder is not null && PassingFailure.Is(silent.InnerException ?? silent))
        {
            throw new InvalidInputException($"{silent.Message.TrimEnd('.')}. To delete the folder alone: --folder-only", silent);
        }
    }

    /// <summary>Whether a local cluster has been removed, with all its records.</summary>
    private static bool IsNoMore(ClusterPlace home) => home.Gateways is null && !ClusterFolder.Of(home.Cluster).HasStore;
}

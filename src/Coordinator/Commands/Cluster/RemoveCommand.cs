using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Terminal;

namespace Mnist.Distributed.Coordinator.Commands.Cluster;

/// <summary>
/// <c>mnist cluster remove</c>: deletes a cluster of this machine with its runs and logs.
/// </summary>
internal static class RemoveCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var cluster = SharedOptions.Cluster();
        var force = SharedOptions.Force("End its silos first, if they run.");
        var json = SharedOptions.Json();
        var command = new Command("remove", "Deletes a cluster of this machine, with its runs, its identity and its logs.") { cluster, force, json };
        command.SetAction(async (parsed, _) =>
        {
            var name = parsed.GetValue(cluster)!;
            var local = new LocalCluster(name);
            InvalidInputException.Require(
                Directory.Exists(local.Folder) || local.Alive.Count > 0, $"There is no cluster {name} on this machine: 'mnist cluster list' shows those there are.");
            if (parsed.GetValue(force))
            {
                await local.Remove();
            }
            else
            {
                InvalidInputException.Require(
                    local.Alive.Count == 0, $"Cluster {name} runs: end it with 'mnist cluster down --cluster {name}' first, or remove it with --force.");
                await local.RemoveIfDown();
            }

            if (parsed.GetValue(json))
            {
                Json.Print(new { Cluster = name, Removed = local.Folder });
            }
            else
            {
                Paragraph.Print($"Cluster {name} is removed with its runs, its identity and its logs: {local.Folder}");
            }

            return ExitCode.Done;
        });
        return command;
    }
}

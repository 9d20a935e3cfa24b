using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Sweeps;
using Mnist.Distributed.Coordinator.Terminal;

namespace Mnist.Distributed.Coordinator.Commands.Sweep;

/// <summary>
/// <c>mnist sweep delete</c>: deletes a sweep with the runs of its trials, on its cluster or in its
/// folder.
/// </summary>
internal static class SweepDeleteCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new OneSweepCommand("delete", "Deletes a sweep with the runs of its trials, on its cluster or in its folder.");
        command.SetSweepAction(async (found, parsed) =>
        {
            if (found.Home is { } home)
            {
                await using var cluster = await home.Connect();
                var known = await OneSweepCommand.Describe(cluster.Grains, found);
                InvalidInputException.Require(known.Status != RunStatus.Running, $"Sweep {found.SweepId} is running: stop it first with 'mnist sweep stop {found.Words}'.");
                SlowWork.Is("deleting the sweep");
                await RetryingCall.Do(() => cluster.Grains.GetGrain<ISweepGrain>(found.SweepId).Delete());
            }
            else
            {
                SweepFolder.Clear(found.Stored!);
            }

            if (parsed.GetValue(command.Json))
            {
                Json.Print(new { found.SweepId, Deleted = true });
            }
            else
            {
                Console.WriteLine($"Sweep {found.SweepId} is deleted{(found.Home is null ? "" : $" from cluster {found.Home.Cluster}{(found.Stored is null ? "" : $"; its results stay in {found.Stored.Folder}")}")}.");
            }

            return ExitCode.Done;
        });
        return command;
    }
}

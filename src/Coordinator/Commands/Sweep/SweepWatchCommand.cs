using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Sweeps;
using Mnist.Distributed.Coordinator.Sweeps.Displays;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Coordinator.Commands.Sweep;

/// <summary><c>mnist sweep watch</c>: shows a sweep of a cluster until it ends.</summary>
internal static class SweepWatchCommand
{
    /// <summary>The command.</summary>
    public static Command Create(TrainingCatalogue catalogue)
    {
        var output = SharedOptions.Output("Write the results to this folder, with a run folder for each trial.");
        var force = SharedOptions.Force("Overwrite the sweep that --out holds.");
        var models = ModelsFrom.Option();
        var command = new OneSweepCommand("watch", "Shows a sweep of a cluster until it ends; Ctrl-C detaches, the sweep goes on.") { output, force, models };
        command.SetSweepAction(async (found, parsed) =>
        {
            if (found.Home is not { } home)
            {
                throw new InvalidInputException(found.Stored!.IsTraining
                    ? $"Sweep {found.SweepId} trains in process {found.Stored.Process!.Pid}, and only that process shows it: look at it there, or with 'mnist sweep show {found.Words}'."
                    : $"Sweep {found.SweepId} does not train: see it with 'mnist sweep show {found.Words}'{(found.Stored.Results.Status == RunStatus.Completed ? "" : $", or go on with 'mnist sweep resume {found.Words}'")}.");
            }

            using var interrupts = new Interrupts();
            await using var cluster = await home.Connect();
            var known = await OneSweepCommand.Describe(cluster.Grains, found);
            SweepFolder? folder = null;
            if (parsed.GetValue(output) is { } path)
            {
                SweepFolder.Make(path, found.SweepId, parsed.GetValue(force));
                folder = new SweepFolder(path, home.Cluster, [.. known.Plan!.Trials.Select(trial => SweepDataSet.Of(trial.Plan)).Distinct()], null);
            }

            return await new SweepSession(found.SweepId, cluster.Grains, home, catalogue, SweepDisplay.For(parsed.GetValue(command.Json)), folder).Follow(interrupts);
        });
        return command;
    }
}

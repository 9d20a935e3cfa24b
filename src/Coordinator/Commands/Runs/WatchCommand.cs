using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Displays;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Training.Catalogue;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary><c>mnist runs watch</c>: shows a run until it ends.</summary>
internal static class WatchCommand
{
    /// <summary>The command.</summary>
    public static Command Create(TrainingCatalogue catalogue)
    {
        var output = SharedOptions.Output("Write the results to this folder.");
        var force = SharedOptions.Force("Overwrite the run that --out holds.");
        var command = new RunCommand("watch", "Shows a run until it ends; Ctrl-C detaches, the run goes on.", catalogue) { output, force };
        command.Add(command.Models);
        command.SetRunAction(async (run, parsed) =>
        {
            RequireHere(run);
            if (parsed.GetValue(output) is null)
            {
                Require(!parsed.IsTyped(command.Models), "--models-from has no effect without --out: leave it out, or give the folder for the results too.");
            }
            else
            {
                command.CheckModels(run, parsed);
            }

            var folder = parsed.GetValue(output) is { } path ? RunFolder.Create(path, run.Identity, parsed.GetValue(force)) : null;
            using var interrupts = new Interrupts();
            return await Session(run, folder, parsed.GetValue(command.Json), interrupts).Follow(interrupts.Requested);
        });
        return command;
    }

    /// <summary>Accompanies a run whose data set is looked for at its end.</summary>
    public static RunSession Session(OpenRun run, RunFolder? folder, bool json, Interrupts interrupts)
    {
        var display = RunDisplay.For(json);
        if (run.Description.Status == RunStatus.Queued)
        {
            display.Note($"Run {run.Description.RunId} waits in the queue of cluster {run.Found.Home?.Cluster}. It begins when no other run trains there.");
        }

        return new RunSession(run.Grain, run.Identity, display, folder, reports: RunData.ReportOn(run, display.Note, interrupts.Requested));
    }

    private static void RequireHere(OpenRun run)
    {
        if (run.Found is { Home: null, Folder: { } folder } && run.Description.Status == RunStatus.Running)
        {
            throw new InvalidInputException($"Run {run.Description.RunId} trains in process {StoredRun.In(folder)?.Process?.Pid}, and only that process shows it: look at it there, or with 'mnist serve'.");
        }
    }
}

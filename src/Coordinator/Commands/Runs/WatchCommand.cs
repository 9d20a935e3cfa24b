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
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>The command.</summary>
    public static Command Create(TrainingCatalogue catalogue)
    {
        var output = SharedOptions.Output("Write the results to this folder.");
        var force = SharedOptions.Force("Overwrite the run that --out holds.");
        var command = new RunCommand("watch", "Shows a run until it ends; Ctrl-C detaches, the run goes on.", catalogue) { output, force };
        command.Add(command.Models);
        command.SetAction(async (parsed, _) =>
        {
            var found = await command.Find(parsed);
            using var interrupts = new Interrupts();
            if (!await WaitForTurn(found, interrupts.Requested))
            {
                return ExitCode.Interrupted;
            }

            var process = found.Process;
            await using var run = await OpenRun.Open(found, catalogue);
            if (parsed.GetValue(output) is null)
            {
                Require(!parsed.IsTyped(command.Models), "--models-from has no effect without --out: leave it out, or give the folder for the results too.");
            }
            else
            {
                Require(process is null, $"Run {found.RunId} trains in another process, which writes the results to {found.Folder}: leave out --out.");
                command.CheckModels(run, parsed);
            }

            if (process is not null)
            {
                var identity = run.Identity with { Process = process.Pid };
                return await new RunSession(run.Grain, identity, RunDisplay.For(parsed.GetValue(command.Json)), folder: null) { Watched = found.Folder }.Follow(interrupts.Requested);
            }

            var folder = parsed.GetValue(output) is { } path ? RunFolder.Create(path, run.Identity, parsed.GetValue(force)) : null;
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

    /// <summary>
    /// Waits while a run waits in a process of its own for its turn. Its record does not exist yet.
    /// </summary>
    /// <returns>False if the user has ended the wait.</returns>
    /// <exception cref="InvalidInputException">The run was taken out of the queue.</exception>
    private static async Task<bool> WaitForTurn(FoundRun found, CancellationToken detach)
    {
        if (found is not { Home: null, Folder: { } folder })
        {
            return true;
        }

        for (var told = false; StoredRun.In(folder) is { IsQueued: true, Process: { IsAlive: true } process }; told = true)
        {
            if (!told)
            {
                Remarks.Say($"run {found.RunId} waits in process {process.Pid} for its turn.");
            }

            await Task.Delay(PollInterval, detach).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (detach.IsCancellationRequested)
            {
                return false;
            }
        }

        return File.Exists(Path.Combine(folder, StoredRun.Name)) ? true : throw new InvalidInputException($"Run {found.RunId} was stopped before it began: start it again.");
    }
}

using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Hosting.Processes;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary><c>mnist runs stop</c>: stops a run after a whole step.</summary>
internal static class StopCommand
{
    /// <summary>The command.</summary>
    public static Command Create(TrainingCatalogue catalogue)
    {
        var command = new RunCommand("stop", "Stops a run after a whole step.", catalogue);
        command.SetAction(async (parsed, _) =>
        {
            var found = await command.Find(parsed);
            using var interrupts = new Interrupts();
            var ended = found.Process is { } process
                ? await StopProcess(process, found, interrupts.Requested)
                : await StopOnCluster(found, catalogue, interrupts.Requested);
            if (ended is null)
            {
                Remarks.Say($"run {found.RunId} has been asked to stop, but has not said that it has: see it with 'mnist runs show {found.Words}'.");
                return ExitCode.Interrupted;
            }

            Report(found.RunId, ended, parsed.GetValue(command.Json));
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<RunEvent.Ended?> StopOnCluster(FoundRun found, TrainingCatalogue catalogue, CancellationToken detach)
    {
        await using var run = await OpenRun.Open(found, catalogue);
        if (run.Description.Status is not (RunStatus.Running or RunStatus.Queued))
        {
            throw new InvalidInputException($"Run {found.RunId} is {RunText.Name(run.Description.Status)} already: there is nothing to stop.");
        }

        SlowWork.Is("waiting for the run to stop");
        await foreach (var happened in RunFollower.Follow(run.Grain, Console.Error.WriteLine, new CancellationToken(canceled: true), detach))
        {
            if (happened is RunEvent.Ended ended)
            {
                return ended;
            }
        }

        return null;
    }

    private static async Task<RunEvent.Ended?> StopProcess(ProcessIdentity process, FoundRun found, CancellationToken detach)
    {
        SlowWork.Is("waiting for the run to stop");
        var hasEnded = await StoppingProcess.Stop(process, detach);

        // A run that had not begun leaves no description. After the end of a run, its process may
        // run a command of the user's.
        return StoredRun.In(found.Folder!) is { } stored && stored.RunId == found.RunId
            ? hasEnded || stored.Process is null ? FolderFollower.EndOf(stored) : null
            : new RunEvent.Ended(RunStatus.Stopped, "before it began");
    }

    private static void Report(string runId, RunEvent.Ended ended, bool json)
    {
        if (json)
        {
            Json.Print(new { RunId = runId, ended.Status, ended.Message });
        }
        else
        {
            Console.WriteLine($"Run {runId} {RunText.Ending(ended.Status, ended.Message)}.");
        }
    }
}

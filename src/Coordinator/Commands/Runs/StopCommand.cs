using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary><c>mnist runs stop</c>: stops a run after a whole step.</summary>
internal static class StopCommand
{
    /// <summary>The command.</summary>
    public static Command Create(TrainingCatalogue catalogue)
    {
        var command = new RunCommand("stop", "Stops a run after a whole step.", catalogue);
        command.SetRunAction(async (run, parsed) =>
        {
            var id = run.Description.RunId;
            if (run.Description.Status is not (RunStatus.Running or RunStatus.Queued))
            {
                throw new InvalidInputException($"Run {id} is {RunText.Name(run.Description.Status)} already: there is nothing to stop.");
            }

            SlowWork.Is("waiting for the run to stop");
            using var interrupts = new Interrupts();
            if (await (run.Found.Home is null ? StopProcess(run, interrupts.Requested) : StopOnCluster(run, interrupts.Requested)) is { } ended)
            {
                Report(id, ended, parsed.GetValue(command.Json));
                return ExitCode.Done;
            }

            Remarks.Say($"run {id} has been asked to stop, but has not said that it has: see it with 'mnist runs show {run.Found.Words}'.");
            return ExitCode.Interrupted;
        });
        return command;
    }

    private static async Task<RunEvent.Ended?> StopOnCluster(OpenRun run, CancellationToken detach)
    {
        await foreach (var happened in RunFollower.Follow(run.Grain, Console.Error.WriteLine, new CancellationToken(canceled: true), detach))
        {
            if (happened is RunEvent.Ended ended)
            {
                return ended;
            }
        }

        return null;
    }

    private static async Task<RunEvent.Ended?> StopProcess(OpenRun run, CancellationToken detach)
    {
        var folder = run.Found.Folder!;
        if (StoredRun.In(folder)?.Process is { IsAlive: true } process && !await StoppingProcess.Stop(process, detach))
        {
            return null;
        }

        var stored = StoredRun.In(folder);
        return new RunEvent.Ended(Enum.TryParse<RunStatus>(stored?.Status, ignoreCase: true, out var status) ? status : RunStatus.Interrupted, stored?.Message);
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

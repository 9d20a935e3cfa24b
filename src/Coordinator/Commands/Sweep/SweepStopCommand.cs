using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Sweeps;
using Mnist.Distributed.Coordinator.Terminal;

namespace Mnist.Distributed.Coordinator.Commands.Sweep;

/// <summary><c>mnist sweep stop</c>: stops a sweep and its trials, each after its step.</summary>
internal static class SweepStopCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new OneSweepCommand("stop", "Stops a sweep and its trials, each after its step.");
        command.SetSweepAction(async (found, parsed) =>
        {
            using var interrupts = new Interrupts();
            var ended = found.Home is { } home ? await StopOnCluster(found, home) : await StopProcess(found, interrupts.Requested);
            if (ended is null)
            {
                Console.Error.WriteLine($"mnist: sweep {found.SweepId} has been asked to stop, but has not said that it has: see it with 'mnist sweep show {found.Words}'.");
                return ExitCode.Interrupted;
            }

            if (parsed.GetValue(command.Json))
            {
                Json.Print(new { found.SweepId, Status = ended });
            }
            else
            {
                Console.WriteLine($"Sweep {found.SweepId} {RunText.Name(ended.Value)}. To go on: mnist sweep resume {found.Words}");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<RunStatus?> StopOnCluster(FoundSweep found, ClusterPlace home)
    {
        await using var cluster = await home.Connect();
        var known = await OneSweepCommand.Describe(cluster.Grains, found);
        RequireRunning(found, known.Status);
        SlowWork.Is("waiting for the sweep to stop");
        await RetryingCall.Do(() => cluster.Grains.GetGrain<ISweepGrain>(found.SweepId).Stop());
        return (await OneSweepCommand.Describe(cluster.Grains, found)).Status;
    }

    private static async Task<RunStatus?> StopProcess(FoundSweep found, CancellationToken detach)
    {
        RequireRunning(found, found.Stored!.Current.Status);
        SlowWork.Is("waiting for the sweep to stop");
        return await StoppingProcess.Stop(found.Stored.Process!, detach) ? StoredSweep.In(found.Stored.Folder)?.Current.Status : null;
    }

    private static void RequireRunning(FoundSweep found, RunStatus status) =>
        InvalidInputException.Require(status == RunStatus.Running, $"Sweep {found.SweepId} is {RunText.Name(status)} already: there is nothing to stop.");
}

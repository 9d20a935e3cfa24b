using System.CommandLine;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Sweeps;
using Mnist.Distributed.Coordinator.Sweeps.Displays;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Training.Catalogue;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Coordinator.Commands.Sweep;

/// <summary>
/// <c>mnist sweep resume</c>: goes on with a sweep that was stopped, or whose process has ended.
/// </summary>
internal static class SweepResumeCommand
{
    /// <summary>The command.</summary>
    public static Command Create(TrainingCatalogue catalogue)
    {
        var threads = OptionKind.Number<int>("--threads", "Trials that train at a time in this process. Default: as many as processors.");
        var reports = OptionKind.Flag("--reports", "Write a report on the test images for each trial that ends from now on.");
        var models = ModelsFrom.Option();
        OptionGroup.Place.Holds(threads);
        OptionGroup.Results.Holds(reports);
        var command = new OneSweepCommand("resume", "Goes on with a sweep from the newest checkpoints of its trials, to the same bytes.") { threads, reports, models };
        command.SetSweepAction(async (found, parsed) =>
        {
            Require(parsed.GetValue(threads) is null or (>= 1 and <= SharedOptions.MostThreads), $"--threads must be from 1 to {SharedOptions.MostThreads}, but is {parsed.GetValue(threads)}.");
            Require(found.Home is null || parsed.GetValue(threads) is null, "--threads has no effect on a cluster: each silo has threads of its own.");
            Require(found.Home is null || !parsed.GetValue(reports), "--reports needs a sweep of this machine: 'mnist evaluate' reports on a trial of a cluster.");
            var display = SweepDisplay.For(parsed.GetValue(command.Json));
            using var interrupts = new Interrupts();
            return found.Home is { } home
                ? await OnCluster(found, home, catalogue, display, interrupts)
                : await InProcess(found.Stored!, parsed.GetValue(threads), parsed.GetValue(reports), catalogue, display, interrupts);
        });
        return command;
    }

    private static async Task<int> InProcess(StoredSweep stored, int? threads, bool reports, TrainingCatalogue catalogue, ISweepDisplay display, Interrupts interrupts)
    {
        var id = stored.Results.SweepId;
        Require(stored.Results.Status != RunStatus.Completed, $"Sweep {id} is complete: 'mnist sweep show {FoundSweep.WordsOf(id, stored.Folder, null)}' shows it.");
        using var record = InProcessSweep.Take(stored.Folder, id, stored.Results.Trials.Count);
        SlowWork.Is("reading data");
        var data = new SweepData(display.Note, interrupts.Requested);
        await data.Load(stored.Data);
        SlowWork.Is("starting a silo in this process");
        await using var cluster = await InProcessSweep.Open(stored.Folder, id, data, threads, catalogue);
        await cluster.Grains.GetGrain<ISweepGrain>(id).Resume();
        var folder = new SweepFolder(stored.Folder, null, stored.Data, SweepStart.Reports(reports, data, catalogue));
        return await new SweepSession(id, cluster.Grains, null, catalogue, display, folder).Follow(interrupts);
    }

    private static async Task<int> OnCluster(FoundSweep found, ClusterPlace home, TrainingCatalogue catalogue, ISweepDisplay display, Interrupts interrupts)
    {
        await using var cluster = await home.Connect();
        var known = await OneSweepCommand.Describe(cluster.Grains, found);
        Require(known.Status != RunStatus.Running, $"Sweep {found.SweepId} is running: watch it with 'mnist sweep watch {found.Words}'.");
        SlowWork.Is("resuming the sweep");
        await RetryingCall.Do(() => cluster.Grains.GetGrain<ISweepGrain>(found.SweepId).Resume());
        var path = found.Stored?.Folder ?? Path.Combine(LocalRuns.Usual, found.SweepId);
        SweepFolder.Make(path, found.SweepId, force: false);
        var folder = new SweepFolder(path, home.Cluster, [.. known.Plan!.Trials.Select(trial => SweepDataSet.Of(trial.Plan)).Distinct()], null);
        return await new SweepSession(found.SweepId, cluster.Grains, home, catalogue, display, folder).Follow(interrupts);
    }
}

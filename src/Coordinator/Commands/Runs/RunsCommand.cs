using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Displays;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Training.Catalogue;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary>
/// <c>mnist runs</c>: lists, shows, watches, stops and resumes runs of a cluster.
/// </summary>
internal static class RunsCommand
{
    private const string Examples = """
        Lists, shows, watches, stops and resumes the runs of a running cluster.

        Examples:
          mnist runs list --cluster local
          mnist runs watch 20260901-120000-ab12         attaches to a run; Ctrl-C detaches, the run goes on
          mnist runs stop 20260901-120000-ab12          stops it after a whole step
          mnist runs resume 20260901-120000-ab12        goes on with one that was stopped, has failed or lost every silo
        """;

    /// <summary>The command.</summary>
    public static Command Create(TrainingCatalogue catalogue) => new("runs", Examples) { List(), Show(catalogue), Watch(catalogue), Stop(catalogue), Resume(catalogue) };

    private static Command List()
    {
        var cluster = SharedOptions.Cluster();
        var access = new AccessOptions();
        var json = SharedOptions.Json();
        var command = new Command("list", "Lists the runs, oldest first.") { cluster, json };
        access.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var place = new ClusterPlace(parsed.GetValue(cluster)!, access.Read(parsed));
            await using var connection = await place.Connect();
            SlowWork.Is($"asking cluster {place.Cluster} for its runs");
            var ids = await RetryingCall.Ask(connection.Grains.GetGrain<IRunIndexGrain>(IRunIndexGrain.Key).List);
            var runs = await Task.WhenAll(ids.Select(id => RetryingCall.Ask(connection.Grains.GetGrain<ITrainingRunGrain>(id).Describe)));
            Print(runs, place, parsed.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Show(TrainingCatalogue catalogue)
    {
        var command = new RunOfClusterCommand("show", "Shows a run: its plan, its epochs, its silos.", catalogue);
        command.SetRunAction((run, parsed) =>
        {
            RunReport.Print(run.Description, run.Place, parsed.GetValue(command.Json));
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static Command Watch(TrainingCatalogue catalogue)
    {
        var output = SharedOptions.Output("Write the results to this folder.");
        var force = SharedOptions.Force("Overwrite the run that --out holds.");
        var command = new RunOfClusterCommand("watch", "Shows a run until it ends; Ctrl-C detaches, the run goes on.", catalogue) { output, force };
        command.Add(command.Models);
        command.SetRunAction(async (run, parsed) =>
        {
            if (parsed.GetValue(output) is null)
            {
                Require(parsed.GetValue(command.Models) is null, "--models-from has no effect without --out: leave it out, or give the folder for the results too.");
            }
            else
            {
                run.CheckModels(parsed.GetValue(command.Models));
            }

            var folder = parsed.GetValue(output) is { } path ? RunFolder.Create(path, run.Identity, parsed.GetValue(force)) : null;
            using var interrupts = new Interrupts();
            return await Session(run, folder, parsed.GetValue(command.Json), interrupts).Follow(interrupts.Requested);
        });
        return command;
    }

    private static Command Stop(TrainingCatalogue catalogue)
    {
        var command = new RunOfClusterCommand("stop", "Stops a run after a whole step.", catalogue);
        command.SetRunAction(async (run, parsed) =>
        {
            var id = run.Description.RunId;
            if (run.Description.Status != RunStatus.Running)
            {
                throw new InvalidInputException($"Run {id} is {RunText.Name(run.Description.Status)} already: there is nothing to stop.");
            }

            SlowWork.Is("waiting for the run to stop");
            using var interrupts = new Interrupts();
            await foreach (var happened in RunFollower.Follow(run.Grain, Console.Error.WriteLine, new CancellationToken(canceled: true), interrupts.Requested))
            {
                if (happened is RunEvent.Ended ended)
                {
                    Report(id, ended, parsed.GetValue(command.Json));
                    return ExitCode.Done;
                }
            }

            Console.Error.WriteLine($"mnist: run {id} has been asked to stop, but has not said that it has: see it with 'mnist runs watch {id} {run.Place.Options}'.");
            return ExitCode.Interrupted;
        });
        return command;
    }

    private static Command Resume(TrainingCatalogue catalogue)
    {
        var mixed = SharedOptions.AcceptMixedNumerics();
        var output = SharedOptions.Output("Write the results to this folder. Default: runs/<run id>.");
        var force = SharedOptions.Force("Overwrite the run that --out holds, unless it is this one.");
        var command = new RunOfClusterCommand("resume", "Goes on with a run from its newest checkpoint, to the same bytes.", catalogue) { mixed, output, force };
        command.Add(command.Models);
        command.SetRunAction(async (run, parsed) =>
        {
            run.CheckModels(parsed.GetValue(command.Models));
            var path = parsed.GetValue(output) ?? Path.Combine("runs", run.Description.RunId);
            var folder = RunFolder.Create(path, run.Identity, parsed.GetValue(force) || RunFolder.Holds(path, run.Description.RunId));
            using var activity = CoordinatorActivity.Start("resume", run.Description.RunId, root: null);
            await RunStart.Resume(run.Grain, parsed.GetValue(mixed), activity?.Id);
            using var interrupts = new Interrupts();
            return await Session(run, folder, parsed.GetValue(command.Json), interrupts).FollowAndStop(interrupts);
        });
        return command;
    }

    private static RunSession Session(RunOfCluster run, RunFolder? folder, bool json, Interrupts interrupts)
    {
        var display = RunDisplay.For(json);
        return new RunSession(run.Grain, run.Identity, display, folder, reports: RunData.ReportOn(run, display.Note, interrupts.Requested));
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

    private static void Print(IReadOnlyList<RunDescription> runs, ClusterPlace place, bool json)
    {
        if (json)
        {
            foreach (var run in runs)
            {
                Json.Print(new Dictionary<string, object?>
                {
                    ["run_id"] = run.RunId,
                    ["status"] = run.Status,
                    ["model"] = run.Plan?.Model,
                    ["data_set"] = run.Plan?.DataSet,
                    ["epochs"] = run.Epochs.Count,
                    [(run.Plan?.Metric ?? Metric.Accuracy).Field("test")] = run.Epochs.Count > 0 ? run.Epochs[^1].TestMetric : null,
                    ["message"] = run.Message,
                });
            }
        }
        else if (runs.Count == 0)
        {
            Console.WriteLine($"Cluster {place.Cluster} has no runs: 'mnist train {place.Options}' starts one.");
        }
        else
        {
            TextTable.Print(["run", "status", "model", "data set", " epochs", "test result"], runs.Select(run => (string[])
            [
                run.RunId,
                RunText.Name(run.Status),
                run.Plan?.Model ?? "-",
                run.Plan?.DataSet ?? "-",
                run.Plan is null ? "-" : $"{run.Epochs.Count}/{run.Plan.Epochs}",
                run.Epochs is [.., var last] ? $"{last.Metric.Name} {MetricText.Of(last.Metric, last.TestMetric)}" : "-",
            ]));
        }
    }
}

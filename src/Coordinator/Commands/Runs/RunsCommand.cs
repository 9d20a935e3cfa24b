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
    public static Command Create(TrainingCatalogue catalogue) => new("runs", Examples) { List(), Show(catalogue), WatchCommand.Create(catalogue), StopCommand.Create(catalogue), ResumeCommand.Create(catalogue) };

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
        var command = new RunCommand("show", "Shows a run: its plan, its epochs, its silos.", catalogue);
        command.SetRunAction((run, parsed) =>
        {
            RunReport.Print(run, parsed.GetValue(command.Json));
            return Task.FromResult(ExitCode.Done);
        });
        return command;
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

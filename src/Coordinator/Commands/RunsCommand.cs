using System.CommandLine;
using System.Globalization;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Output;
using Mnist.Distributed.Coordinator.Runs;
using Spectre.Console;

namespace Mnist.Distributed.Coordinator.Commands;

/// <summary><c>mnist runs</c>: looks at the runs of a cluster and stops them.</summary>
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
    public static Command Create() => new("runs", Examples) { List(), Show(), Watch(), Stop(), Resume() };

    private static Command List()
    {
        var json = CommonOptions.Json();
        var cluster = Cluster();
        var store = CommonOptions.Store();
        var command = new Command("list", "Lists the runs, oldest first.") { cluster, store, json };
        command.SetAction(async (parsed, _) =>
        {
            await using var connection = await ClusterPlace.Connect(parsed.GetValue(cluster)!, parsed.GetValue(store));
            var ids = await PatientCall.Ask(connection.Grains.GetGrain<IRunIndexGrain>(IRunIndexGrain.Key).List);
            var runs = await Task.WhenAll(ids.Select(id => PatientCall.Ask(connection.Grains.GetGrain<ITrainingRunGrain>(id).Describe)));
            Print(runs, parsed.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Show()
    {
        var json = CommonOptions.Json();
        var cluster = Cluster();
        var store = CommonOptions.Store();
        var id = Id();
        var command = new Command("show", "Shows a run: its plan, its epochs, its silos.") { id, cluster, store, json };
        command.SetAction(async (parsed, _) =>
        {
            await using var connection = await ClusterPlace.Connect(parsed.GetValue(cluster)!, parsed.GetValue(store));
            var (_, run) = await Find(connection, parsed.GetValue(id)!, parsed.GetValue(cluster)!);
            RunReport.Print(run, parsed.GetValue(cluster)!, parsed.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Watch()
    {
        var json = CommonOptions.Json();
        var cluster = Cluster();
        var store = CommonOptions.Store();
        var id = Id();
        var output = new Option<string?>("--out") { Description = "Write the results to this folder.", HelpName = "DIR" };
        var force = new Option<bool>("--force") { Description = "Overwrite the run that --out holds." };
        var command = new Command("watch", "Shows a run until it ends; Ctrl-C detaches, the run goes on.") { id, cluster, store, output, force, json };
        command.SetAction(async (parsed, _) =>
        {
            await using var connection = await ClusterPlace.Connect(parsed.GetValue(cluster)!, parsed.GetValue(store));
            var (grain, description) = await Find(connection, parsed.GetValue(id)!, parsed.GetValue(cluster)!);
            var run = new RunIdentity(description.RunId, description.Plan!, parsed.GetValue(cluster));
            var folder = parsed.GetValue(output) is { } path ? RunFolder.Create(path, run, parsed.GetValue(force)) : null;
            using var interrupts = new Interrupts();
            return await new RunSession(grain, run, RunDisplay.For(parsed.GetValue(json)), folder).Follow(interrupts.Requested);
        });
        return command;
    }

    private static Command Stop()
    {
        var json = CommonOptions.Json();
        var cluster = Cluster();
        var store = CommonOptions.Store();
        var id = Id();
        var command = new Command("stop", "Stops a run after a whole step.") { id, cluster, store, json };
        command.SetAction(async (parsed, _) =>
        {
            await using var connection = await ClusterPlace.Connect(parsed.GetValue(cluster)!, parsed.GetValue(store));
            var (grain, run) = await Find(connection, parsed.GetValue(id)!, parsed.GetValue(cluster)!);
            if (run.Status != RunStatus.Running)
            {
                throw new InvalidInputException($"Run {run.RunId} is {RunText.Name(run.Status)} already: there is nothing to stop.");
            }

            await foreach (var happened in RunFollower.Follow(grain, Console.Error.WriteLine, new CancellationToken(canceled: true)))
            {
                if (happened is RunEvent.Ended ended)
                {
                    Report(run.RunId, ended, parsed.GetValue(json));
                }
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Resume()
    {
        var json = CommonOptions.Json();
        var cluster = Cluster();
        var store = CommonOptions.Store();
        var id = Id();
        var mixed = CommonOptions.AcceptMixedNumerics();
        var output = new Option<string?>("--out") { Description = "Write the results to this folder. Default: runs/<run id>.", HelpName = "DIR" };
        var force = new Option<bool>("--force") { Description = "Overwrite the run that --out holds, unless it is this one." };
        var command = new Command("resume", "Goes on with a run from its newest checkpoint, to the same bytes.") { id, cluster, store, mixed, output, force, json };
        command.SetAction(async (parsed, _) =>
        {
            await using var connection = await ClusterPlace.Connect(parsed.GetValue(cluster)!, parsed.GetValue(store));
            var (grain, description) = await Find(connection, parsed.GetValue(id)!, parsed.GetValue(cluster)!);
            var run = new RunIdentity(description.RunId, description.Plan!, parsed.GetValue(cluster));
            var path = parsed.GetValue(output) ?? Path.Combine("runs", run.RunId);
            var folder = RunFolder.Create(path, run, parsed.GetValue(force) || RunFolder.Holds(path, run.RunId));
            using var activity = CoordinatorActivity.Start(run.RunId);
            await grain.Resume(parsed.GetValue(mixed), activity?.Id);
            using var interrupts = new Interrupts();
            return await new RunSession(grain, run, RunDisplay.For(parsed.GetValue(json)), folder).FollowAndStop(interrupts);
        });
        return command;
    }

    private static void Report(string runId, RunEvent.Ended ended, bool json)
    {
        if (json)
        {
            Json.Print(new { RunId = runId, ended.Status, ended.Message });
        }
        else
        {
            Console.WriteLine($"Run {runId} {RunText.Name(ended.Status)}{(ended.Message is null ? "" : $": {ended.Message}")}.");
        }
    }

    private static void Print(IReadOnlyList<RunDescription> runs, bool json)
    {
        if (json)
        {
            foreach (var run in runs)
            {
                Json.Print(new { run.RunId, run.Status, run.Plan?.Model, run.Plan?.DataSet, Epochs = run.Epochs.Count, run.Message });
            }

            return;
        }

        var table = new Table().AddColumns("run", "status", "model", "data set", "epochs", "test accuracy").RoundedBorder();
        foreach (var run in runs)
        {
            table.AddRow(
                new Text(run.RunId),
                new Text(RunText.Name(run.Status)),
                new Text(run.Plan?.Model ?? "-"),
                new Text(run.Plan?.DataSet ?? "-"),
                new Text($"{run.Epochs.Count}/{run.Plan?.Epochs}"),
                new Text(run.Epochs.Count > 0 ? run.Epochs[^1].TestAccuracy.ToString("P2", CultureInfo.InvariantCulture) : "-"));
        }

        AnsiConsole.Write(table);
    }

    private static async Task<(ITrainingRunGrain Grain, RunDescription Description)> Find(TrainingCluster connection, string id, string cluster)
    {
        var grain = connection.Grains.GetGrain<ITrainingRunGrain>(id);
        var description = await PatientCall.Ask(grain.Describe);
        return description.Status != RunStatus.Unknown
            ? (grain, description)
            : throw new InvalidInputException($"Cluster {cluster} has no run {id}: 'mnist runs list --cluster {cluster}' names those it has.");
    }

    private static Argument<string> Id() => new("run") { Description = "The run's id.", HelpName = "RUN" };

    private static Option<string> Cluster() =>
        new("--cluster") { Description = "The cluster.", DefaultValueFactory = _ => "local", HelpName = "NAME" };
}

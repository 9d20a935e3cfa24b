using System.CommandLine;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Training.Catalogue;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Coordinator.Commands.Train;

/// <summary><c>mnist train</c>: trains a model in this process or on a running cluster.</summary>
internal static class TrainCommand
{
    private const string Examples = """
        Trains a model, in this process or, with --cluster, on a running cluster: the same plan gives the same bytes.
        A run can be killed at any time; 'mnist runs resume' goes on with it.

        Examples:
          mnist train                                   the recipe's MLP on MNIST, 10 epochs
          mnist train --model cnn --epochs 1            the CNN, over 98 % after one epoch
          mnist train --loss mse                        another loss, with a model and a learning rate that fit it
          mnist train --task strings                    another task; 'mnist losses' shows all of them
          mnist train --optimizer adam --schedule cosine --ema 0.999
          mnist train --patience 3 --keep best          until 3 epochs bring no better accuracy; writes the best weights
          mnist train --name first --tag try            'mnist runs' finds the run by its name and its tag
          mnist train --workers 4 --cluster local       four workers, spread over the silos of cluster 'local'
          mnist train --queue --detach                  when no other run trains here; this command does not wait
          mnist train --cluster c --store redis:db:6379 cluster 'c', whose silos share that Redis
          mnist train --json --out runs/first           progress as JSON lines, results in runs/first
          mnist train --serve                           and a page that shows the run, in a browser
        """;

    /// <summary>The command.</summary>
    /// <param name="catalogue">The models, losses and optimizers.</param>
    /// <param name="program">The program of silos that the page of a run can start.</param>
    public static Command Create(TrainingCatalogue catalogue, SiloProgram program)
    {
        var train = new TrainOptions(catalogue);
        var cluster = SharedOptions.ClusterIfAny("Train on this running cluster. Default: in this process.");
        var threads = SharedOptions.Threads();
        var slices = SharedOptions.Slices();
        var fanOut = SharedOptions.FanOut();
        var queue = OptionKind.Flag("--queue", "Wait until no other run trains on the cluster; without a cluster: in the folder that the run's folder is in.");
        var detach = OptionKind.Flag("--detach", "Do not wait for the end of the run; 'mnist runs watch' shows it.");
        var background = OptionKind.OptionalText(BackgroundRun.OptionName, "ID", "Train run ID, for a command that has ended.");
        background.Hidden = true;
        var access = new AccessOptions();
        var output = SharedOptions.Output("Folder for the results. Default: runs/<run id>.");
        var force = SharedOptions.Force("Overwrite the run that --out holds.");
        var noReport = OptionKind.Flag("--no-report", "Leave out the report: report.html, report.json, pictures, and remarks on dead outputs.");
        var then = OptionKind.OptionalText("--then", "COMMAND", "Run this shell command at the end. It finds the result in MNIST_RUN_ID, MNIST_RUN_STATUS, MNIST_RUN_METRIC, MNIST_RUN_VALUE and MNIST_RUN_OUT.");
        var serve = OptionKind.Flag("--serve", "Serve a page that shows the run; it stays after the end of the run, until Ctrl-C.");
        var json = SharedOptions.Json();

        OptionGroup.Place.Holds(queue, detach);
        OptionGroup.Results.Holds(noReport, then, serve);
        var command = new Command("train", Examples);
        train.AddTo(command);
        foreach (var option in (Option[])[cluster, threads, queue, detach, background, slices, fanOut, output, force, noReport, then, serve, json])
        {
            command.Add(option);
        }

        access.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var runId = parsed.GetValue(background);
            var isDetached = runId is null && parsed.GetValue(detach);
            var plan = train.Plan(parsed);
            var place = ClusterPlace.Of(parsed.GetValue(cluster), access.Read(parsed));
            Require(!(isDetached && place is not null && parsed.GetValue(then) is not null), "--then runs at the end of the run, and --detach does not wait for the end: leave one of them out.");
            Require(!(isDetached && parsed.GetValue(serve)), "--serve shows the run in this process, and --detach ends this process: leave one of them out.");
            var options = train.Options(parsed) with { Slices = parsed.GetValue(slices), FanOut = parsed.GetValue(fanOut), IsQueued = parsed.GetValue(queue) };
            return await new TrainSession(catalogue, program).Run(new TrainRequest(
                plan,
                options,
                train.Sources(parsed),
                new TrainPlace(place, parsed.GetValue(threads), isDetached, runId),
                new TrainResults(parsed.GetValue(output), parsed.GetValue(force), parsed.GetValue(json), !parsed.GetValue(noReport), parsed.GetValue(serve), parsed.GetValue(then)),
                new GivenOptions(IneffectiveOptions.Given(parsed), train.Command(parsed, plan, output, force, noReport, then, serve, json, queue, detach, background), [.. Replay.Typed(parsed, detach)])));
        });
        return command;
    }
}

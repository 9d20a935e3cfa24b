using System.CommandLine;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Training.Catalogue;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Coordinator.Commands.Sweep;

/// <summary>
/// <c>mnist sweep</c>: trains many runs that differ in the values of some options.
/// </summary>
internal static class SweepCommand
{
    private const string Examples = """
        Trains a run for each combination of values, as many at a time as there are compute threads, and ranks them.
        Every option of 'mnist train' takes several values: a,b,c or A..B or A..B:STEP or A..B:xF. The runs with other
        seeds are repetitions; the table has their mean and spread. Each run has the bytes of the same 'mnist train'.

        Examples:
          mnist sweep --lr 0.003,0.01,0.03 --hidden 50..200:50 --seed 0..4
          mnist sweep --lr 0.001..0.1:x10 --optimizer sgd,adam --cluster local
          mnist sweep --lr 1e-4..1e-1:log --dropout 0.0..0.5 --model cnn --random 40    40 random combinations
          mnist sweep --lr 0.001..1:x2 --epochs 9 --halving 3      at each rung, the best of three goes on
          mnist sweep --schedule multi-step --milestones '2,4;3,6' --nesterov true,false --momentum 0.9
          mnist sweep list                                         the sweeps in the folder runs
          mnist sweep resume latest                                goes on with a sweep after any end
        """;

    /// <summary>The command, and those about sweeps that have begun.</summary>
    /// <param name="catalogue">The models, losses and optimizers.</param>
    public static Command Create(TrainingCatalogue catalogue)
    {
        var swept = new SweptOptions(catalogue);
        var random = OptionKind.Number<int>("--random", "Draw N combinations at random; A..B of fractions and A..B:log are ranges to draw from.");
        var seed = OptionKind.Number("--sweep-seed", 0L, "Seed of the draws of --random.");
        var halving = OptionKind.Number("--halving", 0, "Successive halving: at each rung, the best of N trials goes on; 0: all train to their end.");
        var cluster = SharedOptions.ClusterIfAny("Sweep on this running cluster. Default: in this process.");
        var threads = OptionKind.Number<int>("--threads", "Trials that train at a time in this process. Default: as many as processors.");
        var detach = OptionKind.Flag("--detach", "Do not wait for the end of the sweep; 'mnist sweep watch' shows it.");
        var access = new AccessOptions();
        var output = SharedOptions.Output("Folder for the results, with a run folder for each trial. Default: runs/<sweep id>.");
        var force = SharedOptions.Force("Overwrite the sweep that --out holds.");
        var reports = OptionKind.Flag("--reports", "Write a report on the test images for each trial; this takes time.");
        var json = SharedOptions.Json();
        OptionGroup.Optimization.Holds(random, seed, halving);
        OptionGroup.Place.Holds(threads, detach);
        OptionGroup.Results.Holds(reports);
        var command = new Command("sweep", Examples);
        swept.AddTo(command);
        Option[] own = [random, seed, halving, cluster, threads, detach, output, force, reports, json];
        foreach (var option in own)
        {
            command.Add(option);
        }

        access.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var place = ClusterPlace.Of(parsed.GetValue(cluster), access.Read(parsed));
            Require(place is not null || !parsed.GetValue(detach), "--detach needs --cluster NAME: a sweep in this process ends with it. 'mnist cluster up' starts a cluster.");
            Require(parsed.GetValue(random) is not null || parsed.GetResult(seed) is null or { Implicit: true }, "--sweep-seed has no effect without --random: no values are drawn.");
            Require(parsed.GetValue(threads) is null or (>= 1 and <= SharedOptions.MostThreads), $"--threads must be from 1 to {SharedOptions.MostThreads}, but is {parsed.GetValue(threads)}.");
            Require(!(parsed.GetValue(detach) && (parsed.GetValue(output) is not null || parsed.GetValue(reports))), "--detach does not wait for the results: leave it out, or leave out --out and --reports; 'mnist sweep watch ID --out DIR' writes them later.");
            var request = new SweepRequest(
                parsed.GetValue(random),
                parsed.GetValue(seed),
                parsed.GetValue(halving),
                place,
                parsed.GetValue(threads),
                parsed.GetValue(detach),
                parsed.GetValue(output),
                parsed.GetValue(force),
                parsed.GetValue(reports),
                parsed.GetValue(json),
                string.Join(' ', ["mnist sweep", .. Replay.Options(parsed, output, force, json, detach, reports)]));
            return await new SweepStart(swept, catalogue).Run(parsed, request);
        });
        command.Add(SweepListCommand.Create());
        command.Add(SweepShowCommand.Create());
        command.Add(SweepWatchCommand.Create(catalogue));
        command.Add(SweepStopCommand.Create());
        command.Add(SweepResumeCommand.Create(catalogue));
        command.Add(SweepDeleteCommand.Create());
        return command;
    }
}

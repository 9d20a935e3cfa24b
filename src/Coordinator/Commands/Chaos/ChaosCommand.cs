using System.CommandLine;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands.Chaos.Faults;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Optimizers;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Coordinator.Commands.Chaos;

/// <summary>
/// <c>mnist chaos</c>: makes chaos runs, to check that faults do not change the result.
/// </summary>
internal static class ChaosCommand
{
    private const string Examples = """
        Starts a cluster of its own, trains on it while silos are killed, stopped, slowed down, added and asked to leave, and compares every step and the
        final bytes with the plain trainer's.

        Examples:
          mnist chaos                                            five random schedules
          mnist chaos --seed 7 --schedules 1                     the one that seed 7 draws, again
          mnist chaos --plan "kill(server) at step 500" --schedules 20
          mnist chaos --optimizer adam --schedule one-cycle --clip-norm 1 --ema 0.99
          mnist chaos --plan "kill(run) at step 300; stop(silo 2, 3 s) at step 600; add at step 900; power cut at step 1200"
        """;

    private const int MostSchedules = 1_000_000;
    private const int MostAttempts = 5;

    /// <summary>The command.</summary>
    /// <param name="catalogue">The models.</param>
    /// <param name="program">The program of the silos.</param>
    public static Command Create(TrainingCatalogue catalogue, SiloProgram program)
    {
        var faults = OptionKind.Checked(new Option<string[]>("--plan") { Description = "Faults, separated by semicolons; each plan is a schedule. Default: drawn from the seed.", HelpName = "FAULTS" });
        var seed = OptionKind.Number<int>("--seed", "Seed of the first schedule; the others count on from it. Default: a new one.");
        var schedules = OptionKind.Number("--schedules", 5, "How many to draw; with --plan, how often to go through the plans (once).");
        var silos = OptionKind.Number("--silos", 3, "Silo processes.");
        var objective = new ObjectiveOptions(catalogue);
        var models = ModelsFrom.Option();
        var workers = OptionKind.Number("--workers", 4, "Workers.");
        var epochs = OptionKind.Number("--epochs", 2, "Passes over the training images.");
        var checkpoint = OptionKind.Number("--checkpoint-every", 100, "Steps between checkpoints; 0: at the end of each epoch only.");
        var servers = SharedOptions.Slices();
        var fanOut = SharedOptions.FanOut();
        var dataset = OptionKind.OptionalText("--dataset", "NAME", $"{SharedOptions.DataSets}.").Takes(ValueKind.DataSet);
        var data = SharedOptions.Data();
        var imageSize = SharedOptions.ImageSize();
        var limit = SharedOptions.Limit();
        var update = UpdateOptions.All(catalogue);
        var tls = OptionKind.Flag("--tls", "Let the silos speak by TCP and mutual TLS, instead of by Unix sockets.");
        var json = SharedOptions.Json();
        OptionGroup.Data.Holds(dataset);
        OptionGroup.Optimization.Holds(workers, epochs.Counts("epochs"));
        OptionGroup.Place.Holds(silos, checkpoint.Counts("steps"), tls);
        OptionGroup.Faults.Holds(faults, seed, schedules);
        var command = new Command("chaos", Examples) { faults, seed, schedules, silos, models, workers, epochs, checkpoint, servers, fanOut, dataset, data, imageSize, limit, tls, json };
        objective.AddTo(command);
        update.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var start = new TrainingPlan
            {
                DataSet = parsed.GetValue(dataset) ?? "mnist",
                Workers = parsed.GetValue(workers),
                Epochs = parsed.GetValue(epochs),
                OptimizerSettings = Settings.Empty.With(Sgd.Momentum, 0.9f),
                Samples = parsed.GetValue(limit) ?? int.MaxValue,
                ImageSize = parsed.GetValue(imageSize),
            };
            var (plan, use) = objective.Choose(start, parsed);
            plan = update.Complete(plan, use, parsed);
            PlanValidation.Validate(plan);
            var options = new RunOptions
            {
                CheckpointEvery = parsed.GetValue(checkpoint),
                Slices = parsed.GetValue(servers),
                FanOut = parsed.GetValue(fanOut),
            };
            PlanValidation.Validate(options);
            Require(parsed.GetValue(schedules) is >= 1 and <= MostSchedules, $"--schedules must be from 1 to {MostSchedules}, but is {parsed.GetValue(schedules)}.");
            Require(parsed.GetValue(silos) is >= 1 and <= 16, $"--silos must be from 1 to 16, but is {parsed.GetValue(silos)}.");
            var given = (parsed.GetValue(faults) ?? []).Select(FaultPlan.Parse).ToArray();

            using var interrupts = new Interrupts();
            var note = Remarks.Among(parsed.GetValue(json));
            var source = await DataSource.Find(plan.DataSet, parsed.GetValue(data), plan.ImageSize, parsed.GetValue(dataset) is not null, note, interrupts.Requested);
            plan = DataSource.Use(plan, source, parsed.GetValue(data));
            if (ModelsFrom.Remark(parsed.GetValue(models), plan) is { } remark)
            {
                note(remark);
            }

            var rounds = given.Length > 0 && !parsed.IsTyped(schedules) ? 1 : parsed.GetValue(schedules);
            var first = parsed.GetValue(seed) ?? Random.Shared.Next(1_000_000);
            (int? Seed, FaultPlan Faults)[] drawn = given.Length > 0
                ? [.. Enumerable.Repeat(given, rounds).SelectMany(plans => plans).Select(faults => ((int?)null, faults))]
                : [.. Enumerable.Range(first, rounds).Select(seed => ((int?)seed, FaultPlan.Random(seed, plan.TotalSteps, parsed.GetValue(silos))))];
            var cluster = new LocalCluster($"chaos-{Environment.ProcessId}", program);
            if (ModelsFrom.Folder(parsed.GetValue(models)) is { } folder)
            {
                await cluster.Settings.UseModels(folder, interrupts.Requested);
            }

            if (parsed.GetValue(tls))
            {
                await cluster.Settings.UseTls(interrupts.Requested);
            }

            return await Train(
                new ChaosRun(cluster, parsed.GetValue(silos), options, new ExpectedRuns(source, catalogue, note), note),
                plan,
                drawn,
                new ChaosReport(parsed.GetValue(json), string.Join(' ', Replay.Options(parsed, faults, seed, schedules, json).Prepend("mnist chaos")), note),
                note,
                interrupts.Requested);
        });
        return command;
    }

    private static async Task<int> Train(
        ChaosRun chaosRun,
        TrainingPlan plan,
        IReadOnlyList<(int? Seed, FaultPlan Faults)> schedules,
        ChaosReport report,
        Action<string> note,
        CancellationToken cancellation)
    {
        var results = new List<ChaosResult>();
        try
        {
            foreach (var (seed, faults) in schedules)
            {
                note($"Schedule {results.Count + 1} of {schedules.Count}{(seed is null ? "" : $", seed {seed}")}: {faults}");
                results.Add(await Prove(chaosRun, plan, $"chaos-{results.Count + 1}", faults, note, cancellation));
                report.Schedule(seed, faults, results[^1]);
            }

            report.Close(results);
        }
        finally
        {
            await chaosRun.Cluster.Down();
        }

        if (results.TrueForAll(result => result.Problems.Count == 0))
        {
            await chaosRun.Cluster.Remove();
            return ExitCode.Done;
        }

        Console.Error.WriteLine(results.TrueForAll(result => result.Problems.Count == 0 || result.IsUnproven)
            ? "mnist: some faults came when the run had ended, and prove nothing: give more --epochs."
            : $"mnist: the promise was broken; the silos' logs are in {chaosRun.Cluster.Folder}.");
        return ExitCode.Failed;
    }

    /// <summary>
    /// Makes a chaos run. On a busy machine a fault may come when the run has already ended; then
    /// the schedule is repeated in a run of twice the epochs.
    /// </summary>
    private static async Task<ChaosResult> Prove(
        ChaosRun chaosRun, TrainingPlan plan, string runId, FaultPlan faults, Action<string> note, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var result = await chaosRun.Run(attempt == 1 ? runId : $"{runId}-{attempt}", plan, faults, cancellation);
            if (!result.IsUnproven || attempt == MostAttempts)
            {
                return result;
            }

            plan = plan with { Epochs = plan.Epochs * 2 };
            note($"A fault came when the run had ended: the schedule is repeated with {plan.Epochs} epochs.");
        }
    }
}

using System.CommandLine;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Sweeps;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Scaling;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Training.Catalogue;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Coordinator.Commands.Plan;

/// <summary><c>mnist plan</c>: predicts how many silos make the steps of a model faster.</summary>
internal static class PlanCommand
{
    private const string Examples = """
        Measures the model's arithmetic on this machine and predicts the time of a step on clusters of machines like it: how many still pay off, and what
        limits more of them.

        Examples:
          mnist plan                                          the MLP with the recipe's batch of 30, over 10 Gbit/s
          mnist plan --model cnn --batch-size 480             a batch that many workers can share
          mnist plan --model cnn --batch-size 4096 --bandwidth 1 --latency 200
          mnist plan --silos 4 --trials 40                    40 runs on four silos: sweep, or distribute each?
        """;

    private const int MostSilos = 1000;

    /// <summary>The command.</summary>
    public static Command Create(TrainingCatalogue catalogue)
    {
        var defaults = new TrainingPlan();
        var objective = new ObjectiveOptions(catalogue);
        var models = ModelsFrom.Option();
        var update = UpdateOptions.OfCost(catalogue);
        var batch = OptionKind.Number("--batch-size", defaults.BatchSize, "Global batch, split over the workers.");
        var threads = OptionKind.Number("--threads", Environment.ProcessorCount, "Workers of each silo, every one on a thread of its own.");
        var bandwidth = OptionKind.Number("--bandwidth", 10.0, "Gigabits per second of a silo's network link.");
        var latency = OptionKind.Number("--latency", 50.0, "Microseconds that the network takes from one silo to another.");
        var silos = OptionKind.Number("--silos", MostSilos, "The largest cluster to look at.");
        var trials = OptionKind.Number("--trials", SweepAdvice.UsualTrials, "Runs of a sweep, to compare it with distributing one run after the other.");
        var data = SharedOptions.Data();
        var size = SharedOptions.ImageSize();
        var json = SharedOptions.Json();
        OptionGroup.Optimization.Holds(batch.Counts("images"));
        OptionGroup.Place.Holds(threads, silos, trials, bandwidth.Counts("Gbit/s"), latency.Counts("microseconds"));
        var command = new Command("plan", Examples) { models, batch, threads, bandwidth, latency, silos, trials, data, size, json };
        objective.AddTo(command);
        update.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var (plan, use) = objective.Choose(new TrainingPlan { BatchSize = parsed.GetValue(batch) }, parsed);
            plan = update.Complete(plan, use, parsed);
            PlanValidation.Validate(plan);
            Require(parsed.GetValue(threads) is >= 1 and <= PlanValidation.MaxWorkers, $"--threads must be from 1 to {PlanValidation.MaxWorkers}, but is {parsed.GetValue(threads)}.");
            Require(parsed.GetValue(bandwidth) is > 0 and < double.PositiveInfinity, $"--bandwidth must be a number of Gbit/s above 0, but is {parsed.GetValue(bandwidth)}.");
            Require(parsed.GetValue(latency) is >= 0 and < double.PositiveInfinity, $"--latency must be a number of microseconds of 0 or more, but is {parsed.GetValue(latency)}.");
            Require(parsed.GetValue(silos) is >= 1 and <= MostSilos, $"--silos must be from 1 to {MostSilos}, but is {parsed.GetValue(silos)}.");
            Require(parsed.GetValue(trials) is >= 1 and <= SweepPlan.MostTrials, $"--trials must be from 1 to {SweepPlan.MostTrials}, but is {parsed.GetValue(trials)}.");

            var note = Remarks.Among(parsed.GetValue(json));
            var source = await DataSource.Find(plan.DataSet, parsed.GetValue(data), parsed.GetValue(size), parsed.GetResult(data) is { Implicit: false }, note, cancellation);
            if (ModelsFrom.Remark(parsed.TypedValue(models), plan) is { } remark)
            {
                note(remark);
            }

            var setup = TrainingSetup.Of(plan with { Data = source.Shape }, catalogue);
            SlowWork.Is($"measuring the arithmetic of {plan.Model}");
            var compute = ComputeMeasurement.Measure(setup, source.Train);
            var link = new LinkSpeed(parsed.GetValue(bandwidth) * 1e9 / 8, parsed.GetValue(latency) / 1e6);
            var steps = new StepCostModel(link, MessageCost.Measured, compute, (long)setup.Model.Layout.Length * sizeof(float));
            var scaling = ScalingPlan.Of(steps, plan.BatchSize, parsed.GetValue(threads), parsed.GetValue(silos));
            var run = plan with { Samples = source.Train.Count, Epochs = use.Epochs };
            var sweep = new SweepAdvice(steps, run, parsed.GetValue(trials), parsed.GetValue(threads));
            PlanReport.Print(scaling, plan.BatchSize, sweep, parsed.GetValue(json));
            if (!parsed.GetValue(json))
            {
                foreach (var line in sweep.Lines(scaling, parsed.GetResult(silos) is { Implicit: false } ? parsed.GetValue(silos) : scaling.Advised.Shape.Silos))
                {
                    Console.WriteLine(line);
                }
            }

            return ExitCode.Done;
        });
        return command;
    }
}

using System.Globalization;
using Mnist.Distributed.Coordinator.Scaling;
using Mnist.Distributed.Coordinator.Terminal;

namespace Mnist.Distributed.Coordinator.Commands.Plan;

/// <summary>Prints the result of <c>mnist plan</c>.</summary>
internal static class PlanReport
{
    /// <summary>
    /// Prints the sizes of a cluster as a table and the advice as a sentence, or all of it as JSON
    /// lines.
    /// </summary>
    public static void Print(ScalingPlan plan, int batch, SweepAdvice sweep, bool json)
    {
        if (json)
        {
            foreach (var choice in plan.Choices)
            {
                var trials = sweep.At(choice.Shape.Silos, choice);
                Json.Print(new
                {
                    choice.Shape.Silos,
                    choice.Shape.Workers,
                    Slices = choice.Shape.Slices,
                    StepSeconds = choice.Cost.Seconds,
                    ImagesPerSecond = batch / choice.Cost.Seconds,
                    choice.SpeedUp,
                    choice.Cost.Limit,
                    Advised = choice == plan.Advised,
                    trials.Trials,
                    trials.SweepSeconds,
                    trials.DistributedSeconds,
                });
            }

            return;
        }

        TextTable.Print([" silos", " workers", " servers", " step", " images/s", " speed-up", "limited by"], plan.Choices.Select(choice => (string[])
        [
            Line($"{(choice == plan.Advised ? "> " : "")}{choice.Shape.Silos}"),
            Line($"{choice.Shape.Workers}"),
            Line($"{choice.Shape.Slices}"),
            Line($"{choice.Cost.Seconds * 1e6:N0} us"),
            Line($"{batch / choice.Cost.Seconds:N0}"),
            Line($"{choice.SpeedUp:F2}"),
            Name(choice.Cost.Limit),
        ]));
        Paragraph.Print(Advice(plan));
    }

    /// <summary>The advice and its reason, as a sentence.</summary>
    public static string Advice(ScalingPlan plan)
    {
        var (choices, advised) = (plan.Choices, plan.Advised);
        var next = choices.SkipWhile(choice => choice != advised).Skip(1).FirstOrDefault();
        var why = next is null ? Line($"{advised.Shape.Workers} workers are as many as were looked at, or as the batch has samples for")
            : next.Cost.Seconds < advised.Cost.Seconds ? Line($"{next.Shape.Silos} would save only {1 - (next.Cost.Seconds / advised.Cost.Seconds):P0} more, limited by {Name(next.Cost.Limit)}")
            : Line($"with {next.Shape.Silos} the step would take {next.Cost.Seconds / advised.Cost.Seconds:F1} times as long, limited by {Name(next.Cost.Limit)}");
        return advised.Shape.Silos == 1 ? $"One silo is best: {why}. A larger --batch-size gives more silos something to do."
            : advised.Shape.Slices == 1 ? Line($"{advised.Shape.Silos} silos pay off, {advised.SpeedUp:F1} times as fast as one: {why}.")
            : Line($"{advised.Shape.Silos} silos with --slices {advised.Shape.Slices} pay off, {advised.SpeedUp:F1} times as fast as one: {why}.");
    }

    private static string Name(StepLimit limit) => limit switch
    {
        StepLimit.Arithmetic => "arithmetic",
        StepLimit.Bandwidth => "bandwidth",
        StepLimit.Messages => "messages",
        _ => "latency",
    };

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Commands.Options;

namespace Mnist.Distributed.Coordinator.Commands.Train;

/// <summary>
/// The options of <c>mnist train</c> that depend on the test metric: when the run stops, and which
/// weights it keeps.
/// </summary>
internal sealed class StoppingOptions
{
    private const string Last = "last";
    private const string Best = "best";

    private readonly Option<int> _patience = OptionKind.Number(
        "--patience", 0, "Stop when the test metric has not improved for N epochs; 0: never.").Counts("epochs").In(OptionGroup.Optimization);

    private readonly Option<double?> _target = OptionKind.Number<double>(
        "--target", "Stop after the first epoch whose test metric reaches N; for the accuracy a fraction, such as 0.98.").In(OptionGroup.Optimization);

    private readonly Option<string> _keep = OptionKind.Text(
        "--keep", "EPOCH", "Whose weights to write: those of the last epoch, or of the best one by its test metric: last or best.", Last).Takes(ValueKind.OneOf(Last, Best)).In(OptionGroup.Results);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_patience);
        command.Add(_target);
        command.Add(_keep);
    }

    /// <summary>A plan that stops as the command line says.</summary>
    public TrainingPlan Complete(TrainingPlan plan, ParseResult parsed) =>
        plan with { Patience = parsed.GetValue(_patience), Target = parsed.GetValue(_target) };

    /// <summary>Options that keep the epoch that the command line says.</summary>
    /// <exception cref="InvalidInputException">There is no such choice.</exception>
    public RunOptions Complete(RunOptions options, ParseResult parsed) => options with
    {
        Keep = parsed.GetValue(_keep) switch
        {
            Last => KeptEpoch.Last,
            Best => KeptEpoch.Best,
            var other => throw new InvalidInputException($"Keep must be {Last} or {Best}, but is '{Printable.Of(other!)}'.", [nameof(RunOptions.Keep)]),
        },
    };

    /// <summary>
    /// Makes a sentence for each of these options that was given but has no effect.
    /// </summary>
    /// <param name="given">Names of the options that were given.</param>
    /// <param name="plan">The plan.</param>
    public static IEnumerable<string> Ineffective(IReadOnlyCollection<string> given, TrainingPlan plan)
    {
        if (given.Contains("--patience") && plan.Patience > 0 && plan.Patience >= plan.Epochs - 1)
        {
            yield return $"--patience {plan.Patience} has no effect with --epochs {plan.Epochs}: the first epoch that it could stop after is epoch {plan.Patience + 1L}.";
        }

        foreach (var option in plan.Epochs == 1 ? new[] { "--target", "--keep" }.Where(given.Contains) : [])
        {
            yield return $"{option} has no effect with --epochs 1: there is only one epoch.";
        }
    }
}

using System.Text.RegularExpressions;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Coordinator.Commands.Options;

/// <summary>
/// The names of options for properties and settings. Checks name properties, because they do not
/// know the command line. This class replaces the properties in their messages by options.
/// </summary>
internal static partial class OptionNames
{
    /// <summary>Options whose name does not follow from the name of their property.</summary>
    private static readonly Dictionary<string, string> Others = new()
    {
        [nameof(TrainingPlan.LearningRate)] = "--lr",
        [nameof(TrainingPlan.Samples)] = "--limit",
        [nameof(TrainingPlan.DataFolder)] = "--data",
        [nameof(TrainingPlan.ModelsFile)] = "--models-from",
        [nameof(RunOptions.HashEvery)] = "--ledger-every",
        [nameof(RunOptions.IsQueued)] = "--queue",
    };

    /// <summary>
    /// The option for a property (such as <c>BatchSize</c>) or a setting (such as
    /// <c>weight-decay</c>).
    /// </summary>
    public static string Of(string property) =>
        Others.GetValueOrDefault(property) ?? $"--{WordStart().Replace(property, "-$0").TrimStart('-').ToLowerInvariant()}";

    /// <summary>The sentence of a refusal, with options in place of properties.</summary>
    public static string Render(InvalidInputException refusal) => Render(refusal.Message, refusal.Properties);

    /// <summary>A sentence with options in place of properties.</summary>
    public static string Render(string text, params IEnumerable<string> properties) => properties.Distinct().Aggregate(
        text, (sentence, property) => Regex.Replace(sentence, $@"(?<![\w-]){Regex.Escape(property)}(?![\w-])", Of(property)));

    [GeneratedRegex("[A-Z]")]
    private static partial Regex WordStart();
}

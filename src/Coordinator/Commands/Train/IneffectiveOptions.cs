using System.CommandLine;
using System.Globalization;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Coordinator.Commands.Train;

/// <summary>Finds options of <c>mnist train</c> that were given but have no effect.</summary>
internal static class IneffectiveOptions
{
    private static readonly string[] OfClusters = ["--slices", "--fan-out", "--checkpoint-every", "--ledger-every", "--accept-mixed-numerics"];

    /// <summary>Makes a sentence for each such option.</summary>
    /// <param name="given">Names of the options that were given.</param>
    /// <param name="plan">The plan as the user asked for it.</param>
    /// <param name="data">The data set.</param>
    /// <param name="inProcess">Whether the training is in this process.</param>
    public static IEnumerable<string> Of(IReadOnlyCollection<string> given, TrainingPlan plan, DataSet data, bool inProcess)
    {
        if (given.Contains("--limit") && plan.Samples > data.Train.Count)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"--limit {plan.Samples} is more than the {data.Train.Count:N0} training images there are: all of them are used.");
        }

        foreach (var option in inProcess ? OfClusters.Where(given.Contains) : [])
        {
            yield return $"{option} has no effect without --cluster: a run in this process keeps its checkpoints and its ledger in memory, and nobody sums in slices.";
        }

        if (given.Contains("--temperature") && plan.Teacher is null)
        {
            yield return "--temperature has no effect without --teacher: labels have no temperature.";
        }

        if (given.Contains("--label-smoothing") && plan.Teacher is not null)
        {
            yield return "--label-smoothing has no effect with --teacher: the teacher's outputs take the place of the labels.";
        }

        foreach (var sentence in StoppingOptions.Ineffective(given, plan))
        {
            yield return sentence;
        }

        if (!inProcess && given.Contains("--fan-out") && !given.Contains("--slices"))
        {
            yield return "--fan-out has no effect without --slices: it shapes the trees that slices are passed along.";
        }
    }

    /// <summary>Names of the options that were given.</summary>
    public static IReadOnlySet<string> Given(ParseResult parsed) =>
        parsed.CommandResult.Children.OfType<System.CommandLine.Parsing.OptionResult>().Where(result => !result.Implicit).Select(result => result.Option.Name).ToHashSet();
}

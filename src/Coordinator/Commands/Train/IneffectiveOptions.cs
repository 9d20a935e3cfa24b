using System.CommandLine;
using System.Globalization;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Coordinator.Commands.Train;

/// <summary>Finds options of <c>mnist train</c> that were given but have no effect.</summary>
internal static class IneffectiveOptions
{
    private static readonly string[] OfClusters = ["--slices", "--fan-out", "--accept-mixed-numerics"];

    /// <summary>Makes a sentence for each such option.</summary>
    /// <param name="request">The command line.</param>
    /// <param name="data">The data set.</param>
    public static IEnumerable<string> Of(TrainRequest request, DataSet data)
    {
        var (given, plan, inProcess) = (request.Given.Names, request.Plan, request.Place.Cluster is null);
        if (given.Contains("--limit") && plan.Samples > data.Train.Count)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"--limit {plan.Samples} is more than the {data.Train.Count:N0} training images there are: all of them are used.");
        }

        foreach (var option in inProcess ? OfClusters.Where(given.Contains) : [])
        {
            yield return $"{option} has no effect without --cluster: this process is the only silo.";
        }

        if (!inProcess && given.Contains("--threads"))
        {
            yield return "--threads has no effect with --cluster: each silo has threads of its own, as 'mnist cluster up --threads' says.";
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

    /// <summary>
    /// Names of the options that were typed. A default that the user has set for all commands need
    /// not have an effect on each.
    /// </summary>
    public static IReadOnlySet<string> Given(ParseResult parsed) => parsed.Typed().Select(result => result.Option.Name).ToHashSet();
}

using Mnist.Distributed.Benchmarks.Contenders;

namespace Mnist.Distributed.Benchmarks.Comparison;

/// <summary>Gives the contenders their turns, one after the other and round after round, so that a machine whose speed drifts is fair to all.</summary>
internal static class Compare
{
    /// <summary>Measures, prints the table, and writes it with a plot.</summary>
    public static async Task<int> Run(string? data, string[] models, int rounds, string output, CancellationToken cancellation)
    {
        Directory.CreateDirectory(output);
        var scores = new List<Score>();
        var skipped = new HashSet<string>();
        foreach (var model in models)
        {
            var field = Field.At(model, data, reason => skipped.Add(reason));
            for (var round = 1; round <= rounds; round++)
            {
                foreach (var contender in field)
                {
                    var epochs = await contender.Run(cancellation);
                    scores.AddRange(epochs.Select(epoch => new Score(model, contender.Name, round, epoch)));
                    Console.Error.WriteLine($"{model}, round {round} of {rounds}, {contender.Name}: {epochs.Select(epoch => epoch.ImagesPerSecond).Median():N0} images/s");
                }
            }
        }

        var table = Table.Of(scores, skipped);
        Console.Write(table);
        await File.WriteAllTextAsync(Path.Combine(output, "comparison.md"), table, cancellation);
        Chart.Write(scores, Path.Combine(output, "comparison.png"));
        return 0;
    }
}

/// <summary>One epoch of a contender.</summary>
/// <param name="Model">The model.</param>
/// <param name="Contender">The contender's name.</param>
/// <param name="Round">Counted from 1.</param>
/// <param name="Epoch">What it has printed.</param>
internal sealed record Score(string Model, string Contender, int Round, Epoch Epoch);

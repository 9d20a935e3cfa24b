using Mnist.Distributed.Benchmarks.Contenders;

namespace Mnist.Distributed.Benchmarks.Comparison;

/// <summary>
/// Runs the contenders one after the other, round after round, so that a machine whose speed drifts
/// favours none of them.
/// </summary>
internal static class Compare
{
    /// <summary>Measures, prints the table, and writes the table and a chart to files.</summary>
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

/// <summary>The speed of a contender in one epoch.</summary>
/// <param name="Model">The model.</param>
/// <param name="Contender">Name of the contender.</param>
/// <param name="Round">1-based round.</param>
/// <param name="Epoch">The line that the contender printed.</param>
internal sealed record Score(string Model, string Contender, int Round, Epoch Epoch);

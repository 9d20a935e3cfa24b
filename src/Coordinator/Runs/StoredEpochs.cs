using System.Text.Json;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>The completed epochs of a run, as its <c>metrics.jsonl</c> has them.</summary>
internal static class StoredEpochs
{
    private const string Name = "metrics.jsonl";

    /// <summary>
    /// Reads the epochs. Reading ends at the first line that is not whole, because the file may be
    /// written at this moment.
    /// </summary>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="metric">The metric of the run.</param>
    /// <returns>No epochs if there is no such file, or it cannot be read.</returns>
    public static IReadOnlyList<EpochMetrics> In(string folder, Metric metric)
    {
        var epochs = new List<EpochMetrics>();
        try
        {
            foreach (var line in File.ReadLines(Path.Combine(folder, Name)))
            {
                epochs.Add(Parse(JsonSerializer.Deserialize<JsonElement>(line), metric));
            }
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or FormatException)
        {
            // What could be read is the answer.
        }

        return epochs;
    }

    private static EpochMetrics Parse(JsonElement line, Metric metric) => new(
        (int)Number(line, "epoch"),
        (int)Number(line, "steps"),
        Number(line, "train_loss"),
        Number(line, metric.Field("train")),
        Number(line, "test_loss"),
        Number(line, metric.Field("test")),
        Number(line, "seconds"),
        Number(line, "images_per_second"),
        metric);

    /// <summary>JSON has no NaN, so a value that is none is null there.</summary>
    private static double Number(JsonElement line, string field) => line.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : double.NaN;
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Reports.Pages;

/// <summary>The files of a run's folder, as far as pages need them.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Run">The content of <c>run.json</c>.</param>
/// <param name="Epochs">The lines of <c>metrics.jsonl</c>.</param>
/// <param name="Incidents">The lines of <c>incidents.jsonl</c>; empty without the file.</param>
/// <param name="Report">The content of <c>report.json</c>; null without the file.</param>
public sealed record RunFiles(string Folder, JsonObject Run, IReadOnlyList<JsonObject> Epochs, IReadOnlyList<JsonObject> Incidents, JsonObject? Report)
{
    /// <summary>The id of the run.</summary>
    public string Id => Text("run_id") ?? "";

    /// <summary>The plan of the run.</summary>
    public JsonObject Plan => (JsonObject)Run["plan"]!;

    /// <summary>The metric of the run.</summary>
    public Metric Metric => new(
        (string?)Plan["metric"]?["name"] ?? "metric", (bool?)Plan["metric"]?["higher_is_better"] != false, (bool?)Plan["metric"]?["is_share"] == true);

    /// <summary>The metric on the test images after each epoch.</summary>
    public double[] TestMetric => Values(Metric.Field("test"));

    /// <summary>Reads the files.</summary>
    /// <param name="folder">The folder of a run.</param>
    /// <exception cref="InvalidInputException">
    /// There is no run in the folder, or its files cannot be read.
    /// </exception>
    public static RunFiles Read(string folder)
    {
        var name = Printable.Of(folder);
        try
        {
            var run = Parse(Path.Combine(folder, "run.json")).Single();
            return run["run_id"] is JsonValue && run["plan"] is JsonObject
                ? new RunFiles(folder, run, Parse(Path.Combine(folder, "metrics.jsonl"), lines: true), Optional("incidents.jsonl", lines: true), Optional("report.json").FirstOrDefault())
                : throw new InvalidInputException($"{name} holds a run of another version, without an id or a plan in run.json: train again with this version.");
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidInputException($"{name} is not the folder of a run, because it has no run.json and metrics.jsonl: name a folder such as runs/<run id>.", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            throw new InvalidInputException($"The run in {name} cannot be read ({failure.Message.Split('\n')[0].TrimEnd('.')}): train again, or copy the folder again.", failure);
        }

        IReadOnlyList<JsonObject> Optional(string file, bool lines = false) =>
            File.Exists(Path.Combine(folder, file)) ? Parse(Path.Combine(folder, file), lines) : [];
    }

    /// <summary>A field of <c>run.json</c> as text; null if it is missing or null.</summary>
    public string? Text(string field) => Run[field]?.ToString();

    /// <summary>The values of a field of the epochs; NaN where there is none.</summary>
    public double[] Values(string field) => [.. Epochs.Select(epoch => Number(epoch[field]))];

    /// <summary>The content of a picture in the folder; null without the file.</summary>
    /// <param name="name">Name of the picture, without ending.</param>
    /// <exception cref="InvalidInputException">The file cannot be read.</exception>
    public byte[]? Picture(string name)
    {
        var path = Path.Combine(Folder, $"{name}.svg");
        try
        {
            return File.Exists(path) ? File.ReadAllBytes(path) : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{Printable.Of(path)} cannot be read ({failure.Message.TrimEnd('.')}): give access to it, or remove it.", failure);
        }
    }

    /// <summary>A number; NaN if it is missing.</summary>
    internal static double Number(JsonNode? node) => node is JsonValue value && value.TryGetValue(out double number) ? number : double.NaN;

    private static IReadOnlyList<JsonObject> Parse(string path, bool lines = false)
    {
        var text = File.ReadAllText(path);
        var documents = lines ? text.Split('\n', StringSplitOptions.RemoveEmptyEntries) : [text];
        return [.. documents.Select(document => JsonNode.Parse(document) as JsonObject ?? throw new JsonException("it is no JSON object"))];
    }
}

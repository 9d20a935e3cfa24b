using System.Text.Json;
using System.Text.Json.Nodes;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Reports.Pages;

/// <summary>The files of a run's folder, as far as pages need them.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Run">The content of <c>run.json</c>.</param>
/// <param name="Metric">The metric of the run.</param>
/// <param name="Epochs">The lines of <c>metrics.jsonl</c>.</param>
/// <param name="Incidents">The lines of <c>incidents.jsonl</c>; empty without the file.</param>
/// <param name="Report">The content of <c>report.json</c>; null without the file.</param>
public sealed record RunFiles(
    string Folder, JsonObject Run, Metric Metric, IReadOnlyList<JsonObject> Epochs, IReadOnlyList<JsonObject> Incidents, JsonObject? Report)
{
    /// <summary>Without this, an object that has a name twice would fail when it is used.</summary>
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>The id of the run.</summary>
    public string Id => Text("run_id") ?? "";

    /// <summary>The plan of the run.</summary>
    public JsonObject Plan => (JsonObject)Run["plan"]!;

    /// <summary>Whether the run still goes on, as <c>run.json</c> says.</summary>
    public bool IsRunning => SaysRunning(Run);

    /// <summary>The metric on the test images after each epoch.</summary>
    public double[] TestMetric => Values(Metric.Field("test"));

    /// <summary>
    /// Reads the files. While the run goes on, <c>metrics.jsonl</c> may be missing, and a last line
    /// that is not written to its end is left out.
    /// </summary>
    /// <param name="folder">The folder of a run.</param>
    /// <exception cref="InvalidInputException">
    /// There is no run in the folder, or its files cannot be read.
    /// </exception>
    public static RunFiles Read(string folder)
    {
        var name = Printable.Of(folder);
        try
        {
            var run = Parse(File.ReadAllText(Of("run.json")));
            if (run["run_id"] is not JsonValue || run["plan"] is not JsonObject plan || MetricOf(plan) is not { } metric)
            {
                throw new InvalidInputException(
                    $"{name} holds a run of another version, without an id, a plan or a metric in run.json: train again with this version.");
            }

            var isRunning = SaysRunning(run);
            return new RunFiles(
                folder,
                run,
                metric,
                Lines(Of("metrics.jsonl"), isRunning, isOptional: isRunning),
                Lines(Of("incidents.jsonl"), isRunning, isOptional: true),
                File.Exists(Of("report.json")) ? Parse(File.ReadAllText(Of("report.json"))) : null);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidInputException($"{name} is not the folder of a run, because it has no run.json and metrics.jsonl: name a folder such as runs/<run id>.", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            throw new InvalidInputException($"The run in {name} cannot be read ({failure.Message.Split('\n')[0].TrimEnd('.')}): train again, or copy the folder again.", failure);
        }

        string Of(string file) => Path.Combine(folder, file);
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

    private static bool SaysRunning(JsonObject run) => run["status"]?.ToString() is "running" or "queued";

    private static Metric? MetricOf(JsonObject plan) =>
        plan["metric"] is JsonObject metric && (string?)metric["name"] is { Length: > 0 } name
            ? new Metric(name, (bool?)metric["higher_is_better"] != false, (bool?)metric["is_share"] == true)
            : null;

    private static IReadOnlyList<JsonObject> Lines(string path, bool isGrowing, bool isOptional)
    {
        if (isOptional && !File.Exists(path))
        {
            return [];
        }

        var text = File.ReadAllText(path);
        var whole = isGrowing ? text[..(text.LastIndexOf('\n') + 1)] : text;
        return [.. whole.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];
    }

    private static JsonObject Parse(string document) =>
        JsonNode.Parse(document, documentOptions: Strict) as JsonObject ?? throw new JsonException("it is no JSON object");
}

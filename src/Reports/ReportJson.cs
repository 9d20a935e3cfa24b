using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Training.Reports;
using Mnist.Distributed.Training.Tasks;

namespace Mnist.Distributed.Reports;

/// <summary>The numbers of a report as JSON. A number that does not exist is null.</summary>
public static class ReportJson
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The report as an indented document.</summary>
    internal static string Of(TestReport report, DataShape data) => $"{Document(report, data).ToJsonString(Options)}\n";

    /// <summary>The report as an object.</summary>
    public static JsonObject Document(TestReport report, DataShape data)
    {
        var root = new JsonObject
        {
            ["test_loss"] = Number(report.Loss),
            ["metrics"] = new JsonObject([.. report.Metrics.Select(entry => KeyValuePair.Create(entry.Metric.Name, Number(entry.Value)))]),
            ["by_class"] = new JsonObject([.. report.ByClass.Select(entry => KeyValuePair.Create(entry.Key, Number(entry.Value)))]),
            ["dead_outputs"] = Array(report.DeadOutputs.Select(output => (JsonNode)output)),
            ["remarks"] = Array(report.Remarks.Select(remark => (JsonNode)remark)),
        };
        if (report.Classification is { } classes)
        {
            root["classes"] = Array(classes.Classes.Select(one => new JsonObject
            {
                ["class"] = one.Name,
                ["precision"] = Number(one.Precision),
                ["recall"] = Number(one.Recall),
                ["f1"] = Number(one.F1),
                ["images"] = one.Images,
            }));
            root["confusion"] = Array(classes.Confusion.Select(row => Array(row.Select(count => (JsonNode)count))));
            if (classes.Calibration is { } calibration)
            {
                root["expected_calibration_error"] = Number(calibration.ExpectedError);
                root["calibration"] = Array(calibration.Curve.Select(bin => new JsonObject
                {
                    ["answers"] = bin.Answers,
                    ["probability"] = Number(bin.Probability),
                    ["right"] = Number(bin.Right),
                }));
            }
        }

        if (report.Embeddings.Count > 0)
        {
            root["embeddings"] = Array(report.Embeddings.Select(point => new JsonObject { ["class"] = data.Classes.Names[point.Label], ["x"] = Number(point.X), ["y"] = Number(point.Y) }));
        }

        root["worst"] = Array(report.Worst.Select(sample => Of(sample, data.Classes)));
        root["samples"] = Array(report.First.Select(sample => Of(sample, data.Classes)));
        return root;
    }

    /// <summary>An answer, such as <c>{ "class": "7" }</c>.</summary>
    public static JsonObject Of(Answer answer, ClassList classes) => answer switch
    {
        Answer.Class one => new()
        {
            ["class"] = classes.Names[one.Label],
            ["probabilities"] = one.Probabilities.Count == 0 ? null : new JsonObject([.. classes.Names.Zip(one.Probabilities, (name, probability) => KeyValuePair.Create(name, Number(probability)))]),
        },
        Answer.YesNo question => new() { ["yes"] = question.IsYes, ["probability"] = question.Probability is { } probability ? Number(probability) : null },
        Answer.Mask mask => new() { ["pixels"] = Array(mask.Pixels.Index().Where(pixel => pixel.Item).Select(pixel => (JsonNode)pixel.Index)) },
        Answer.Place { Box: var box } => new() { ["left"] = Number(box.Left), ["top"] = Number(box.Top), ["right"] = Number(box.Right), ["bottom"] = Number(box.Bottom) },
        Answer.Text text => new() { ["string"] = Array(text.Labels.Select(label => (JsonNode)classes.Names[label])) },
        Answer.Vector vector => new() { ["embedding"] = Array(vector.Elements.Select(element => Number(element)!)) },
        _ => throw new ArgumentOutOfRangeException(nameof(answer), answer, "There is no such kind of answer."),
    };

    private static JsonObject Of(SampleReport sample, ClassList classes) => new()
    {
        ["index"] = sample.Index,
        ["loss"] = Number(sample.Loss),
        ["truth"] = Of(sample.Truth, classes),
        ["found"] = sample.Found is { } found ? Of(found, classes) : null,
    };

    private static JsonArray Array(IEnumerable<JsonNode> nodes) => [.. nodes];

    private static JsonNode? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}

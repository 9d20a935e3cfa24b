using System.Globalization;
using System.Text.Json.Nodes;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Reports.Pages;

/// <summary>
/// The page of one run: how it went, what was disturbed, what the model makes of the test images,
/// and how to repeat it. It is made from the files of the run's folder.
/// </summary>
public static class RunPage
{
    /// <summary>The name of the page in the folder of its run.</summary>
    public const string Name = "report.html";

    /// <summary>Writes the page into the folder of its run.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InvalidInputException">
    /// The files of the run cannot be read, or the page cannot be written.
    /// </exception>
    public static void Write(string folder)
    {
        var page = Of(RunFiles.Read(folder));
        AtomicFile.WriteText(Path.Combine(folder, Name), page);
    }

    /// <summary>The page as HTML.</summary>
    public static string Of(RunFiles run)
    {
        var page = new HtmlPage($"Run {run.Id}");
        page.Raw($"<h1>Run {HtmlPage.Escape(run.Id)}</h1>");
        page.Paragraph(Summary(run), "faint");
        var status = run.Text("status") ?? "unknown";
        page.Raw($"<p class=\"{(status == "completed" ? "good" : "bad")}\">{HtmlPage.Escape(run.Text("message") is { } message ? $"{status}: {message}" : status)}</p>");
        page.Cards(Cards(run));
        page.Heading("History").Pictures(
            (HistoryCharts.Lines("loss", [("training", run.Values("train_loss")), ("test", run.Values("test_loss"))]), "Mean loss of each epoch", true),
            (HistoryCharts.Lines(run.Metric.Name, [("training", run.Values(run.Metric.Field("train"))), ("test", run.TestMetric)]), $"The metric of each epoch: {run.Metric.Name}", true),
            (HistoryCharts.Lines("images per second", [("training", run.Values("images_per_second"))], fromZero: true), "Training samples per second", true),
            (HistoryCharts.Lines("learning rate", [("at the end of the epoch", run.Values("learning_rate"))], fromZero: true), "Learning rate at the end of each epoch", true));
        Incidents(page, run);
        Test(page, run);
        page.Heading("How to repeat it");
        if (run.Text("command") is { } command)
        {
            page.Raw($"<pre>{HtmlPage.Escape(command)}</pre>");
        }

        page.Paragraph("The same plan gives the same bytes, on any number of silos with the same numerics.", "faint");
        page.Table(["on the machine of this command", ""], ((JsonObject?)run.Run["environment"] ?? []).Select(entry => (string[])[entry.Key.Replace('_', ' '), $"{entry.Value}"]).Append(["numerics of every silo", run.Text("fingerprint") ?? ""]).Append(["SHA-256 of the weights", run.Text("weights_sha256") ?? "none"]));
        page.Heading("Plan").Table(["setting", "value"], PlanTable.Of(run.Plan).Select(entry => (string[])[entry.Key, entry.Value]));
        return page.ToString();
    }

    /// <summary>The best value of the metric on the test images, and its epoch from 1.</summary>
    internal static (double Value, int Epoch) Best(RunFiles run)
    {
        var metric = run.Metric;
        return run.TestMetric.Index().Aggregate(
            (Value: double.NaN, Epoch: 0), (best, entry) => metric.IsBetter(entry.Item, best.Value) ? (entry.Item, entry.Index + 1) : best);
    }

    private static string Summary(RunFiles run) => string.Create(
        CultureInfo.InvariantCulture,
        $"{run.Plan["model"]} with {run.Plan["loss"]} and {run.Plan["optimizer"]}, on {RunFiles.Number(run.Plan["samples"]):N0} images of {run.Plan["data_set"]}, {run.Plan["workers"]} workers, batch {run.Plan["batch_size"]}, {(run.Text("cluster") is { } cluster ? $"on cluster {cluster}" : "in one process")}");

    private static IEnumerable<(string, string)> Cards(RunFiles run)
    {
        if (run.Epochs.Count == 0)
        {
            yield break;
        }

        var (best, epoch) = Best(run);
        yield return ($"test {run.Metric.Name}", run.Metric.Format(run.TestMetric[^1]));
        yield return ($"best, in epoch {epoch}", run.Metric.Format(best));
        yield return ("test loss", run.Values("test_loss")[^1].ToString("G5", CultureInfo.InvariantCulture));
        yield return ($"training, {run.Epochs.Count} of {run.Plan["epochs"]} epochs", string.Create(CultureInfo.InvariantCulture, $"{run.Values("seconds").Where(double.IsFinite).Sum():F1} s"));
        yield return ("incidents", $"{run.Incidents.Count}");
    }

    private static void Incidents(HtmlPage page, RunFiles run)
    {
        page.Heading("What happened");
        if (run.Incidents.Count == 0)
        {
            page.Paragraph("Nothing has disturbed this run.", "faint");
            return;
        }

        var steps = Math.Max(1, RunFiles.Number(run.Plan["steps_per_epoch"]));
        var faults = run.Incidents.Where(incident => IncidentKinds.IsDisturbance($"{incident["kind"]}"))
            .Select(incident => (RunFiles.Number(incident["step"]) / steps, RunFiles.Number(incident["seconds"])));
        page.Pictures((HistoryCharts.Faults([.. faults], run.Epochs.Count), "When faults happened, and how long the steps took that they held up", true));
        page.Table(["step", "silo", "what", "why", "seconds"], run.Incidents.Select(incident => (string[])
        [
            $"{incident["step"]}",
            $"{incident["silo"]}",
            $"{incident["kind"]}",
            $"{incident["reason"]}",
            RunFiles.Number(incident["seconds"]).ToString("F2", CultureInfo.InvariantCulture),
        ]));
    }

    private static void Test(HtmlPage page, RunFiles run)
    {
        if (run.Report is not { } report)
        {
            return;
        }

        page.Heading("On the test images");
        page.Cards(((JsonObject?)report["metrics"] ?? []).Select(entry => (entry.Key, run.Metric.Format(RunFiles.Number(entry.Value)))));
        foreach (var remark in report["remarks"] as JsonArray ?? [])
        {
            page.Paragraph($"{remark}", "bad");
        }

        page.Pictures(
            (run.Picture("confusion"), "What (rows) is taken for what (columns)", true),
            (run.Picture("calibration"), "Share of right answers against their probability", true),
            (run.Picture("embedding"), "Embeddings of test images in two dimensions", true),
            (run.Picture("worst"), "The samples with the largest losses: what is right in green, the answer in orange", false),
            (run.Picture("samples"), "The first samples", false));
        if (report["classes"] is JsonArray classes)
        {
            page.Table(["class", "precision", "recall", "F1", "images"], classes.OfType<JsonObject>().Select(one => (string[])
            [
                $"{one["class"]}", Percent(one["precision"]), Percent(one["recall"]), Percent(one["f1"]), $"{one["images"]}",
            ]));
        }
    }

    private static string Percent(JsonNode? node) => RunFiles.Number(node) is var value && double.IsFinite(value) ? value.ToString("P2", CultureInfo.InvariantCulture) : "-";
}

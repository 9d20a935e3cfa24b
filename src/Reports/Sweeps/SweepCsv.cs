using System.Globalization;
using System.Text;

namespace Mnist.Distributed.Reports.Sweeps;

/// <summary>The trials of a sweep as comma-separated values (RFC 4180), one row a trial.</summary>
public static class SweepCsv
{
    /// <summary>The table, with a line of names.</summary>
    public static string Of(SweepResults sweep)
    {
        var text = new StringBuilder();
        var metric = sweep.Metric.Field("test");
        Line(["trial", "run_id", .. sweep.Swept.Select(Column), "status", "epochs", $"last_{metric}", $"best_{metric}", "best_epoch", "train_loss", "test_loss", "seconds", "weights_sha256"]);
        foreach (var trial in sweep.Trials)
        {
            var last = trial.Epochs.Count == 0 ? null : trial.Epochs[^1];
            Line(
            [
                Number(trial.Number),
                trial.RunId,
                .. trial.Values.Select(value => value.Value),
                trial.Status.ToString().ToLowerInvariant(),
                Number(trial.Epochs.Count),
                Number(last?.TestMetric),
                Number(last is null ? null : trial.Epochs[trial.BestEpochNumber - 1].TestMetric),
                last is null ? "" : Number(trial.BestEpochNumber),
                Number(last?.TrainLoss),
                Number(last?.TestLoss),
                Number(trial.Epochs.Sum(epoch => epoch.Seconds)),
                trial.WeightsSha256 ?? "",
            ]);
        }

        return text.ToString();

        void Line(IEnumerable<string> cells) => text.AppendJoin(',', cells.Select(Quoted)).Append('\n');
    }

    /// <summary>The name of the column of an option, such as <c>batch_size</c>.</summary>
    internal static string Column(string option) => option.TrimStart('-').Replace('-', '_');

    private static string Number(double? value) => value is { } number && !double.IsNaN(number) ? number.ToString("R", CultureInfo.InvariantCulture) : "";

    private static string Quoted(string cell) => cell.AsSpan().IndexOfAny(",\"\n\r") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

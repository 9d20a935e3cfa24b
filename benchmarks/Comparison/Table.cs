using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Mnist.Distributed.Benchmarks.Contenders;

namespace Mnist.Distributed.Benchmarks.Comparison;

/// <summary>Writes the comparison as Markdown.</summary>
internal static class Table
{
    private static readonly (string Title, string Contender, string Against)[] Ratios =
    [
        ("in-process, 1 worker, against the plain TorchSharp loop", Field.OneWorker, Field.Plain),
        ("in-process, 2 workers, against 1 worker", Field.TwoWorkers, Field.OneWorker),
        ("2 silo processes x 1 worker against the plain TorchSharp loop", Field.TwoSilos, Field.Plain),
        ("3 silo processes x 1 worker against the plain TorchSharp loop", Field.ThreeSilos, Field.Plain),
        ("in-process, 1 worker, against PyTorch, 1 process", Field.OneWorker, Field.PyTorch),
        ("2 silo processes x 1 worker against PyTorch DDP, 2 processes", Field.TwoSilos, Field.Ddp),
    ];

    /// <summary>A table of ratios, and a table of the speeds that they come from.</summary>
    public static string Of(IReadOnlyList<Score> scores, IEnumerable<string> skipped)
    {
        var models = scores.Select(score => score.Model).Distinct().ToArray();
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd}; {Environment.ProcessorCount} processors, {RuntimeInformation.ProcessArchitecture}, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}. Median over the rounds (lowest to highest).");
        text.AppendLine();
        Head("images/s, as a ratio in the same round");
        foreach (var (title, contender, against) in Ratios)
        {
            Row(title, model => Cell(Rounds(model, contender).Join(Rounds(model, against), a => a.Round, b => b.Round, (a, b) => a.Speed / b.Speed), "F2"));
        }

        Row(
            "time of a step's arithmetic against the matrix-product limit, 1 thread",
            model => Cell(Of(model, Field.Arithmetic).Select(score => score.Epoch.LimitImagesPerSecond / score.Epoch.ImagesPerSecond), "F2"));
        text.AppendLine();
        Head("images/s");
        foreach (var contender in scores.Select(score => score.Contender).Distinct())
        {
            Row(contender, model => Cell(Rounds(model, contender).Select(round => round.Speed), "N0"));
        }

        foreach (var reason in skipped)
        {
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"Skipped: {reason}");
        }

        return text.ToString();

        IEnumerable<Score> Of(string model, string contender) => scores.Where(score => score.Model == model && score.Contender == contender);

        IEnumerable<(int Round, double Speed)> Rounds(string model, string contender) =>
            Of(model, contender).GroupBy(score => score.Round, (round, epochs) => (round, epochs.Select(score => score.Epoch.ImagesPerSecond).Median()));

        void Head(string title) => text
            .AppendLine(CultureInfo.InvariantCulture, $"| {title} | {string.Join(" | ", models.Select(model => model.ToUpperInvariant()))} |")
            .AppendLine(CultureInfo.InvariantCulture, $"| --- |{string.Concat(Enumerable.Repeat(" --- |", models.Length))}");

        void Row(string title, Func<string, string> cell) =>
            text.AppendLine(CultureInfo.InvariantCulture, $"| {title} | {string.Join(" | ", models.Select(cell))} |");
    }

    private static string Cell(IEnumerable<double> values, string format)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0
            ? "skipped"
            : $"{Text(sorted.Median())} ({Text(sorted[0])} to {Text(sorted[^1])})";

        string Text(double value) => value.ToString(format, CultureInfo.InvariantCulture);
    }
}

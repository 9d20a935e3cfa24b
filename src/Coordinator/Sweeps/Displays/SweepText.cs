using System.Globalization;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Sweeps;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Grains.Sweeps;
using Mnist.Distributed.Reports.Sweeps;

namespace Mnist.Distributed.Coordinator.Sweeps.Displays;

/// <summary>Describes a sweep in words and numbers.</summary>
internal static class SweepText
{
    /// <summary>A terminal shows so many rows of a table at once; the files have all.</summary>
    private const int MostRows = 40;

    /// <summary>What the sweep trains, where, and how its trials are compared.</summary>
    public static IEnumerable<string> Headline(SweepResults sweep, SweepPlan plan, string? cluster)
    {
        var plans = plan.Trials[0].Plan;
        yield return Printable.Of(
            Line($"Sweep {sweep.SweepId}: {Quantity.Of(sweep.Trials.Count, "trial")} of {string.Join(" x ", sweep.Swept.Select(option => Line($"{option} ({sweep.Trials.Select(trial => trial[option]).Distinct().Count()})")))}, ")
            + Line($"{plans.Model} on {plans.Samples:N0} images of {plans.DataSet}, {(cluster is null ? "in this process" : $"on cluster {cluster}")}"));
        yield return $"The trials are compared by the {sweep.ValueName}.";
        if (plan.Halving > 0)
        {
            var rungs = new HalvingSchedule(plan).Rungs;
            yield return rungs.Count == 0
                ? Line($"--halving {plan.Halving} has no effect: {Quantity.Of(plans.Epochs, "epoch")} {(plans.Epochs == 1 ? "is" : "are")} too few to drop trials before the end.")
                : Line($"Of {plan.Halving} trials, the best goes on after epoch {string.Join(", ", rungs)}.");
        }
    }

    /// <summary>One line for a trial that is over.</summary>
    public static string Trial(SweepResults sweep, TrialResult trial) => Printable.Of(
        Line($"trial {trial.Number.ToString(CultureInfo.InvariantCulture).PadLeft(Digits(sweep))}/{sweep.Trials.Count}  {Values(trial.Values)}  {trial.StatusText}")
        + (trial.Message is { } reason ? $": {reason}" : "")
        + (trial.Epochs.Count > 0 ? Line($"  {sweep.Metric.Name} {MetricText.Of(sweep.Metric, trial.Value(sweep.Keep))}  {trial.Epochs.Sum(epoch => epoch.Seconds):F1} s") : ""), Printable.Sentence);

    /// <summary>How far the sweep has got, in one line.</summary>
    public static string Progress(SweepResults sweep, SweepProgress progress) =>
        Line($"{progress.Over}/{sweep.Trials.Count} done, {progress.Running} running, {progress.Left} waiting")
        + (progress.SecondsLeft is { } seconds ? $", {TimeLeft(seconds)} left" : "")
        + (progress.Best is { } best ? Line($"; best {MetricText.Of(sweep.Metric, best.Value(sweep.Keep))} with {Values(best.Values)}") : "");

    /// <summary>Prints the table, the best command and where the files are.</summary>
    public static void Print(SweepResults sweep, string? folder)
    {
        var rows = sweep.Table();
        var hasSeeds = rows.Any(row => row.Trials.Count > 1);
        Console.WriteLine();
        TextTable.Print(
            [" place", .. rows[0].Values.Select(value => $" {value.Option}"), $" {(hasSeeds ? "mean " : "")}{sweep.Metric.Name}", .. hasSeeds ? [" std", " lowest", " highest", " n"] : Array.Empty<string>(), "status"],
            rows.Take(MostRows).Select(row => (string[])
            [
                row.Place == 0 ? "-" : Line($"{row.Place}"),
                .. row.Values.Select(value => value.Value),
                sweep.Metric.Format(row.Mean),
                .. hasSeeds ? [sweep.Metric.Format(row.Deviation), sweep.Metric.Format(row.Low), sweep.Metric.Format(row.High), Line($"{row.Count}")] : Array.Empty<string>(),
                row.StatusText,
            ]));
        if (rows.Count > MostRows)
        {
            Console.WriteLine(Line($"... and {rows.Count - MostRows} more rows{(folder is null ? "" : $": see {Path.Combine(folder, SweepPage.Name)}")}"));
        }

        Console.WriteLine();
        Console.WriteLine($"sweep: {sweep.SweepId}");
        Console.WriteLine($"status: {RunText.Ending(sweep.Status, sweep.Message)}");
        Console.WriteLine($"compared by: {sweep.ValueName}");
        if (sweep.Best() is { } best)
        {
            Console.WriteLine(Line($"best trial: {best.Number}, {sweep.Metric.Name} {MetricText.Of(sweep.Metric, best.Value(sweep.Keep))}"));
            Console.WriteLine($"best command: {best.Command}");
        }

        if (sweep.EndedAt is { } ended)
        {
            Console.WriteLine(Line($"time: {sweep.Seconds(ended):F1} s"));
        }

        if (folder is not null)
        {
            Console.WriteLine($"results: {folder}");
        }
    }

    /// <summary>The values of options, as on a command line.</summary>
    public static string Values(IEnumerable<SweptValue> values) => string.Join(' ', values.Select(value => $"{value.Option} {value.Value}"));

    private static string TimeLeft(double seconds) => seconds < 90 ? Line($"{seconds:F0} s") : seconds < 5400 ? Line($"{seconds / 60:F0} min") : Line($"{seconds / 3600:F1} h");

    private static int Digits(SweepResults sweep) => sweep.Trials.Count.ToString(CultureInfo.InvariantCulture).Length;

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

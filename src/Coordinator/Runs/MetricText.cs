using System.Globalization;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>Formats the values of a metric.</summary>
internal static class MetricText
{
    /// <summary>A value for people; a share is written in percent.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="value">The value.</param>
    /// <param name="decimals">Number of decimals of a percentage.</param>
    public static string Of(Metric metric, double value, int decimals = 2) => metric.Format(value, decimals);

    /// <summary>A value of training samples for people.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="value">The value.</param>
    /// <param name="decimals">Number of decimals of a percentage.</param>
    public static string OfTraining(Metric metric, double value, int decimals) => OfTraining(metric, value) is { } known ? Of(metric, known, decimals) : "-";

    /// <summary>A value of training samples; null if only test samples have the metric.</summary>
    public static double? OfTraining(Metric metric, double value) => metric.IsOfTestOnly ? null : value;

    /// <summary>
    /// The lines of a comma-separated table of epochs. No value has a comma or a quote.
    /// </summary>
    public static IEnumerable<string> Table(IReadOnlyList<Dictionary<string, object?>> epochs) => epochs
        .Select(values => string.Join(',', values.Values.Select(value => Convert.ToString(value, CultureInfo.InvariantCulture))))
        .Prepend(string.Join(',', epochs[0].Keys));

    /// <summary>The results of an epoch as they are written to JSON, by name.</summary>
    /// <param name="m">The results.</param>
    /// <param name="happened">Value of the field <c>event</c>; null to leave it out.</param>
    public static Dictionary<string, object?> Json(EpochMetrics m, string? happened = null)
    {
        var values = new Dictionary<string, object?>();
        if (happened is not null)
        {
            values["event"] = happened;
        }

        values["epoch"] = m.Epoch;
        values["steps"] = m.Steps;
        values["train_loss"] = m.TrainLoss;
        values[m.Metric.Field("train")] = OfTraining(m.Metric, m.TrainMetric);
        values["test_loss"] = m.TestLoss;
        values[m.Metric.Field("test")] = m.TestMetric;
        values["seconds"] = m.Seconds;
        values["images_per_second"] = m.ImagesPerSecond;
        return values;
    }
}

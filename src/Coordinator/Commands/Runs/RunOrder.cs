namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary>The orders in which runs can be listed.</summary>
internal static class RunOrder
{
    /// <summary>The order if none is asked for.</summary>
    public const string Usual = "started";

    /// <summary>The names of the orders. A new order is one line here.</summary>
    public static IReadOnlyList<string> Names => [.. Orders.Keys];

    private static IReadOnlyDictionary<string, Func<IReadOnlyList<KnownRun>, DateTime, IEnumerable<KnownRun>>> Orders { get; } =
        new Dictionary<string, Func<IReadOnlyList<KnownRun>, DateTime, IEnumerable<KnownRun>>>
        {
            [Usual] = (runs, _) => runs,
            ["metric"] = (runs, _) => Order(runs, run => run.Best is { } best ? (run.Metric.HigherIsBetter ? -best.TestMetric : best.TestMetric) : double.NaN),
            ["loss"] = (runs, _) => Order(runs, run => run.Last?.TestLoss ?? double.NaN),
            ["duration"] = (runs, now) => Order(runs, run => -run.Duration(now)?.TotalSeconds ?? double.NaN),
            ["name"] = (runs, _) => runs.OrderBy(run => run.Labels.Name is null).ThenBy(run => run.Labels.Name, StringComparer.Ordinal),
            ["model"] = (runs, _) => runs.OrderBy(run => run.Planned("model"), StringComparer.Ordinal),
            ["status"] = (runs, _) => runs.OrderBy(run => run.Status.ToString(), StringComparer.Ordinal),
        };

    /// <summary>
    /// Sorts runs that are given oldest first; runs that are equal keep their order.
    /// </summary>
    /// <param name="runs">The runs.</param>
    /// <param name="order">
    /// The name of the order: the best metric, the lowest loss and the longest duration come first.
    /// </param>
    /// <param name="now">The time (UTC).</param>
    public static IReadOnlyList<KnownRun> By(string order, IReadOnlyList<KnownRun> runs, DateTime now) => [.. Orders[order](runs, now)];

    /// <summary>Runs without a value come last.</summary>
    private static IEnumerable<KnownRun> Order(IReadOnlyList<KnownRun> runs, Func<KnownRun, double> value) => runs.OrderBy(run => double.IsNaN(value(run))).ThenBy(value);
}

using System.Globalization;

namespace Mnist.Distributed.Contracts.Plans;

/// <summary>A quality that a run measures in addition to its loss.</summary>
/// <param name="Name">The name in lower case, such as <c>accuracy</c>.</param>
/// <param name="HigherIsBetter">Whether a higher value is better.</param>
/// <param name="IsShare">Whether the value is a fraction from 0 to 1, shown in percent.</param>
[GenerateSerializer, Immutable, Alias("mnist.Metric")]
public sealed record Metric(
    [property: Id(0)] string Name,
    [property: Id(1)] bool HigherIsBetter,
    [property: Id(2)] bool IsShare)
{
    /// <summary>
    /// Whether only test samples have the metric. Its value for training samples means nothing.
    /// </summary>
    [Id(3)] public bool IsOfTestOnly { get; init; }

    /// <summary>The fraction of the samples that are classified correctly.</summary>
    public static readonly Metric Accuracy = new("accuracy", HigherIsBetter: true, IsShare: true);

    /// <summary>
    /// Whether a value is better than another one. Every number is better than NaN.
    /// </summary>
    public bool IsBetter(double value, double other) =>
        !double.IsNaN(value) && (double.IsNaN(other) || (HigherIsBetter ? value > other : value < other));

    /// <summary>The name of a value in JSON, such as <c>test_accuracy</c>.</summary>
    /// <param name="split">What was measured, such as <c>train</c> or <c>test</c>.</param>
    public string Field(string split) => $"{split}_{Name.Replace(' ', '_').Replace('-', '_')}";

    /// <summary>
    /// A value for people; a share is written in percent. A value that does not exist is a dash.
    /// </summary>
    /// <param name="value">The value.</param>
    /// <param name="decimals">Number of decimals of a percentage.</param>
    public string Format(double value, int decimals = 2) => double.IsNaN(value) ? "-" : value.ToString(IsShare ? $"P{decimals}" : "F4", CultureInfo.InvariantCulture);
}

namespace Mnist.Distributed.Contracts.Plans;

/// <summary>What a run measures beside its loss.</summary>
/// <param name="Name">Its name in lower case, such as <c>accuracy</c>.</param>
/// <param name="HigherIsBetter">Whether a higher value is better.</param>
/// <param name="IsShare">Whether the value is a share from 0 to 1, shown in percent.</param>
[GenerateSerializer, Immutable, Alias("mnist.Metric")]
public sealed record Metric(
    [property: Id(0)] string Name,
    [property: Id(1)] bool HigherIsBetter,
    [property: Id(2)] bool IsShare)
{
    /// <summary>The share of samples that are classified correctly.</summary>
    public static readonly Metric Accuracy = new("accuracy", HigherIsBetter: true, IsShare: true);
}

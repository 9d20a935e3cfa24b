using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Losses;

/// <summary>
/// Labels as distributions: 1 - smoothing for the label, and the rest spread evenly over all
/// classes.
/// </summary>
/// <param name="smoothing">The probability that is spread, from 0 to below 1.</param>
/// <param name="classes">Number of classes.</param>
internal readonly struct SmoothedLabels(double smoothing, int classes)
{
    /// <summary>The smoothing of a loss whose labels are one-hot by default.</summary>
    public static readonly Setting<double> OneHotByDefault = Smoothing(0);

    /// <summary>The smoothing of a loss that needs smoothed labels.</summary>
    public static readonly Setting<double> SmoothedByDefault = Smoothing(0.1);

    /// <summary>The probability of a class.</summary>
    /// <param name="c">The class.</param>
    /// <param name="label">The label.</param>
    public double Of(int c, int label) => (c == label ? 1 - smoothing : 0) + (smoothing / classes);

    private static Setting<double> Smoothing(double usual) => new(
        "label-smoothing", "Probability that is taken from the label and spread evenly over all classes.", usual, "from 0 to below 1", value => value is >= 0 and < 1);
}

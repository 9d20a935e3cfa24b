namespace Mnist.Distributed.Contracts.Plans;

/// <summary>Finds the epoch with the best test metric.</summary>
public static class BestEpoch
{
    /// <summary>The epoch with the best metric, the first of equals.</summary>
    /// <param name="metric">The metric; it says whether higher is better.</param>
    /// <param name="values">The test metrics of the epochs, in their order.</param>
    /// <returns>A 1-based epoch; 0 when there are no epochs.</returns>
    public static int Of(Metric metric, IReadOnlyList<double> values)
    {
        var best = 0;
        for (var epoch = 1; epoch <= values.Count; epoch++)
        {
            if (best == 0 || metric.IsBetter(values[epoch - 1], values[best - 1]))
            {
                best = epoch;
            }
        }

        return best;
    }
}

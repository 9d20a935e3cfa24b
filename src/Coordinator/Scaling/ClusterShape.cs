namespace Mnist.Distributed.Coordinator.Scaling;

/// <summary>The shape of a cluster that computes a step.</summary>
/// <param name="Silos">Number of silos.</param>
/// <param name="WorkersPerSilo">Workers per silo, each on a thread of its own.</param>
/// <param name="Slices">
/// Number of slices of the vector; 1 if the parameter server exchanges whole vectors with every
/// silo.
/// </param>
/// <param name="FanOut">Number of parts of the other silos to which a silo passes on a
/// slice.</param>
public sealed record ClusterShape(int Silos, int WorkersPerSilo, int Slices, int FanOut)
{
    /// <summary>Number of workers of the run.</summary>
    public int Workers => Silos * WorkersPerSilo;
}

namespace Mnist.Distributed.Coordinator.Scaling;

/// <summary>What a step is spread over.</summary>
/// <param name="Silos">Silos.</param>
/// <param name="WorkersPerSilo">Workers of each, every one on a thread of its own.</param>
/// <param name="Slices">Slices of the vector; 1 if the parameter server exchanges whole vectors with every silo.</param>
/// <param name="FanOut">Parts that a silo passes a slice on to.</param>
public sealed record ClusterShape(int Silos, int WorkersPerSilo, int Slices, int FanOut)
{
    /// <summary>Workers of the run.</summary>
    public int Workers => Silos * WorkersPerSilo;
}

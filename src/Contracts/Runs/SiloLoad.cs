namespace Mnist.Distributed.Contracts.Runs;

/// <summary>What a silo has to do, and what it has for it.</summary>
/// <param name="Name">The silo's name.</param>
/// <param name="Address">The silo's address in the cluster.</param>
/// <param name="Version">The version of its program.</param>
/// <param name="Threads">Number of threads that may compute at the same time.</param>
/// <param name="ResidentBytes">Physical memory of its process, in bytes.</param>
/// <param name="RunIds">The runs that have a replica on the silo.</param>
/// <param name="Workers">
/// Workers of these runs, each counted once for each silo that has it.
/// </param>
[GenerateSerializer, Immutable, Alias("mnist.SiloLoad")]
public sealed record SiloLoad(
    [property: Id(0)] string Name,
    [property: Id(1)] string Address,
    [property: Id(2)] string Version,
    [property: Id(3)] int Threads,
    [property: Id(4)] long ResidentBytes,
    [property: Id(5)] IReadOnlyList<string> RunIds,
    [property: Id(6)] int Workers)
{
    /// <summary>The runs of the silo for each of its threads.</summary>
    public double RunsPerThread => (double)RunIds.Count / Math.Max(1, Threads);
}

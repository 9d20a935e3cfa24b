using Mnist.Distributed.Contracts.Runs;

namespace Mnist.Distributed.Contracts.Grains;

/// <summary>Describes a cluster. A cluster has one, with the key <see cref="Key"/>.</summary>
[Alias("mnist.IClusterGrain")]
public interface IClusterGrain : IGrainWithStringKey
{
    /// <summary>The key of the grain.</summary>
    const string Key = "cluster";

    /// <summary>The load of each active silo that answers, in the order of their names.</summary>
    [Alias("Silos"), ResponseTimeout("00:00:05")]
    Task<IReadOnlyList<SiloLoad>> Silos();
}

using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Grains.Compute;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>Says what this silo has to do.</summary>
/// <param name="registry">The replicas of the silo.</param>
/// <param name="compute">Its compute threads.</param>
/// <param name="self">The silo.</param>
/// <param name="version">The version of its program.</param>
public sealed class SiloLoads(ReplicaRegistry registry, ComputePool compute, ILocalSiloDetails self, SiloVersion version)
{
    /// <summary>The load at this moment.</summary>
    public SiloLoad Now()
    {
        string[] runs = [.. registry.RunIds];
        return new SiloLoad(
            self.Name,
            self.SiloAddress.Endpoint.ToString(),
            version.Text,
            compute.Threads,
            Environment.WorkingSet,
            runs,
            runs.Sum(run => registry.Find(run)?.Workers ?? 0));
    }
}

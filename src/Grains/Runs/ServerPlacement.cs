using Mnist.Distributed.Grains.Cluster;

namespace Mnist.Distributed.Grains.Runs;

/// <summary>Chooses the silo of the next parameter server of a run.</summary>
/// <param name="silo">The silo of the run grain.</param>
public sealed class ServerPlacement(SiloView silo)
{
    /// <summary>
    /// A silo that differs from the silo of the last generation and, if there is a choice, from the
    /// silo of the run grain. So the loss of one silo affects the run grain or the parameter
    /// server, but not both.
    /// </summary>
    /// <param name="last">The silo of the last generation; null for none.</param>
    /// <param name="number">The number of the next generation.</param>
    public SiloAddress AmongAll(SiloAddress? last, long number)
    {
        var others = silo.Roster.Active.Where(other => !other.Equals(last) && !other.Equals(silo.Address)).ToArray();
        return others.Length > 0 ? others[(int)(number % others.Length)] : silo.Address;
    }

    /// <summary>
    /// The silo with the fewest runs for each of its threads, for a run that trains on one silo. It
    /// differs from the silo of the last generation if there is a choice.
    /// </summary>
    /// <param name="runId">
    /// The run. Of silos with equal loads, runs of different ids choose different ones.
    /// </param>
    /// <param name="last">The silo of the last generation; null for none.</param>
    /// <param name="number">The number of the next generation.</param>
    public async Task<SiloAddress> LeastLoaded(string runId, SiloAddress? last, long number)
    {
        var loads = await ClusterLoad.Of(silo.Roster, silo.Time);
        var others = loads.Where(load => !load.Key.Equals(last)).ToArray();
        if (others.Length == 0)
        {
            return silo.Address;
        }

        var least = others.Min(load => load.Value.RunsPerThread);
        var equal = others.Where(load => load.Value.RunsPerThread <= least).Select(load => load.Key).Order().ToArray();
        return equal[(int)((number + runId.Sum(letter => letter)) % equal.Length)];
    }
}

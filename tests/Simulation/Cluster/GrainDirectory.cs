using Mnist.Distributed.Tests.Simulation.Clock;

namespace Mnist.Distributed.Tests.Simulation.Cluster;

/// <summary>
/// The silos of the grains that may be on any silo. An entry lasts until its silo is declared dead
/// or the grain deactivates.
/// </summary>
internal sealed class GrainDirectory(Timeline timeline, Membership membership)
{
    private readonly Dictionary<string, SiloAddress> _entries = [];

    /// <summary>The silo of a grain. A grain without a silo gets one.</summary>
    /// <param name="key">Key of the grain.</param>
    /// <param name="view">The silos that the caller knows.</param>
    /// <exception cref="SiloUnavailableException">The caller knows no active silo.</exception>
    public SiloAddress Locate(string key, IReadOnlySet<SiloAddress> view)
    {
        if (_entries.TryGetValue(key, out var known) && !membership.IsDead(known))
        {
            return known;
        }

        SiloAddress[] active = [.. membership.Active.Where(view.Contains).Order()];
        return active.Length == 0
            ? throw new SiloUnavailableException("there is no silo")
            : _entries[key] = active[timeline.Random.Next(active.Length)];
    }

    /// <summary>The silo of a grain, or null.</summary>
    public SiloAddress? Find(string key) => _entries.GetValueOrDefault(key);

    /// <summary>Notes where a grain moves to.</summary>
    /// <returns>Whether it may.</returns>
    public bool Place(string key, SiloAddress silo) => membership.Active.Contains(silo) && _entries.TryAdd(key, silo);

    /// <summary>Notes that a grain is not on a silo any more.</summary>
    public void Forget(string key, SiloAddress silo)
    {
        if (silo.Equals(_entries.GetValueOrDefault(key)))
        {
            _entries.Remove(key);
        }
    }
}

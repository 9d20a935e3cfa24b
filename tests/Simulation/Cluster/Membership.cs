using Mnist.Distributed.Tests.Simulation.Clock;
using Mnist.Distributed.Tests.Simulation.Network;

namespace Mnist.Distributed.Tests.Simulation.Cluster;

/// <summary>
/// The silos of the cluster. Each node learns of a change some time after it has happened, at a
/// time of its own.
/// </summary>
internal sealed class Membership(Timeline timeline, double lag)
{
    private readonly HashSet<SiloAddress> _active = [];
    private readonly HashSet<SiloAddress> _dead = [];
    private readonly List<Node> _nodes = [];

    /// <summary>The active silos.</summary>
    public IReadOnlyCollection<SiloAddress> Active => _active;

    /// <summary>Whether a silo has been declared dead.</summary>
    public bool IsDead(SiloAddress silo) => _dead.Contains(silo);

    /// <summary>A node that is told of changes from now on.</summary>
    public void Tell(Node node)
    {
        node.View.UnionWith(_active);
        _nodes.Add(node);
    }

    /// <summary>A silo is active.</summary>
    public void Join(SimulatedSilo silo)
    {
        _active.Add(silo.Address);
        silo.Meet(silo.Address);
        Tell(silo);
        Announce(silo.Address, node =>
        {
            if (_active.Contains(silo.Address))
            {
                node.Meet(silo.Address);
            }
        });
    }

    /// <summary>A silo is about to leave.</summary>
    public void Part(SiloAddress silo)
    {
        _active.Remove(silo);
        Announce(silo, node => node.Part(silo));
    }

    /// <summary>A silo is declared dead, rightly or wrongly.</summary>
    public void Bury(SiloAddress silo)
    {
        _active.Remove(silo);
        if (_dead.Add(silo))
        {
            Announce(silo, node => node.Bury(silo));
        }
    }

    private void Announce(SiloAddress silo, Action<Node> change)
    {
        _nodes.RemoveAll(node => node.Process.IsDead);
        foreach (var node in _nodes.Where(node => node is not SimulatedSilo other || !other.Address.Equals(silo)))
        {
            timeline.After(timeline.Between(0, lag), node.Process, () => change(node));
        }
    }
}

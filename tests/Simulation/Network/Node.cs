using Mnist.Distributed.Tests.Simulation.Clock;

namespace Mnist.Distributed.Tests.Simulation.Network;

/// <summary>A process that takes part in the cluster, as a silo or as a client.</summary>
internal class Node
{
    private readonly Dictionary<object, (SiloAddress To, Action<Exception> Fail)> _calls = [];

    /// <summary>Makes a node whose clock is slightly wrong.</summary>
    public Node(Timeline timeline, string name)
    {
        Name = name;
        Process = new Process(timeline);
        Time = new ProcessTime(timeline, Process, timeline.Between(-3, 3));
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its process.</summary>
    public Process Process { get; }

    /// <summary>Its clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>The active silos, as far as it knows.</summary>
    public HashSet<SiloAddress> View { get; } = [];

    /// <summary>Notes a call that waits for an answer.</summary>
    public void Expect(object call, SiloAddress to, Action<Exception> fail) => _calls.Add(call, (to, fail));

    /// <summary>Forgets a call that waits no more.</summary>
    public void Forget(object call) => _calls.Remove(call);

    /// <summary>Learns that a silo is active.</summary>
    public void Meet(SiloAddress silo) => View.Add(silo);

    /// <summary>
    /// Learns that a silo is about to leave. The node sends no more requests to it, but it may
    /// still answer earlier ones.
    /// </summary>
    public void Part(SiloAddress silo) => View.Remove(silo);

    /// <summary>Learns that a silo is dead: it will not answer, so all calls to it fail.</summary>
    public virtual void Bury(SiloAddress silo)
    {
        View.Remove(silo);
        foreach (var (call, (to, fail)) in _calls.ToArray())
        {
            if (to.Equals(silo) && _calls.Remove(call))
            {
                fail(new SiloUnavailableException($"silo {silo} is dead"));
            }
        }
    }
}

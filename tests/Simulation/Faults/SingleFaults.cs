using Mnist.Distributed.Tests.Simulation.Cluster;

namespace Mnist.Distributed.Tests.Simulation.Faults;

/// <summary>The single faults of a simulation.</summary>
/// <param name="world">The cluster.</param>
/// <param name="numericsOfNext">Draws the numerics of the next silo that joins.</param>
/// <param name="lasts">Receives the duration of a fault, in seconds.</param>
internal sealed class SingleFaults(World world, Func<string> numericsOfNext, Action<double> lasts)
{
    private SimulatedSilo? _starving;

    private double Next => world.Timeline.Random.NextDouble();

    /// <summary>A random silo that runs; null if there is none.</summary>
    public SimulatedSilo? Any() => world.Running is { Count: > 0 } running ? running[world.Timeline.Random.Next(running.Count)] : null;

    /// <summary>Kills a silo. The others learn of it some time later.</summary>
    public void Kill(SimulatedSilo? silo)
    {
        if (silo is null)
        {
            return;
        }

        world.Timeline.Tell(silo.Name, "is killed");
        silo.Process.Kill();
        world.Timeline.After(world.Timeline.Between(0.5, 6), null, () => world.Membership.Bury(silo.Address));
        if (Next < 0.5)
        {
            JoinSoon(1);
        }

        KeepOne();
    }

    /// <summary>
    /// Kills a silo and damages a copy of the record. The run may then go on from a record that is
    /// older than the replicas.
    /// </summary>
    public void Lose(SimulatedSilo? silo)
    {
        Kill(silo);
        Damage();
    }

    private void Damage()
    {
        var place = Next < 0.5 ? "run-even" : "run-odd";
        world.Timeline.Tell("store", $"{place} is damaged: {world.Shelf.Damage(place)}");
    }

    /// <summary>
    /// Kills all silos at once, and may damage a copy of the record before they come back.
    /// </summary>
    public void KillAll()
    {
        foreach (var silo in world.Running)
        {
            world.Timeline.Tell(silo.Name, "is killed with all others");
            silo.Process.Kill();
            world.Timeline.After(world.Timeline.Between(0.5, 6), null, () => world.Membership.Bury(silo.Address));
        }

        if (Next < 0.5)
        {
            Damage();
        }

        KeepOne();
    }

    /// <summary>
    /// Adds a silo with the numerics of the run if the last one is lost. Without such a silo nobody
    /// could go on with the run.
    /// </summary>
    public void KeepOne()
    {
        var numerics = world.Checker.Record?.Fingerprint ?? Scenario.Numerics;
        if (world.Running.All(silo => silo.Numerics != numerics))
        {
            JoinSoon(1, numerics);
            JoinSoon((int)(Next * 3));
        }
    }

    /// <summary>
    /// Stops a silo for some time. If this takes long, the silo is declared dead. It then ends some
    /// time after it has gone on.
    /// </summary>
    public void StopForAWhile(SimulatedSilo? silo, double seconds)
    {
        if (silo is null || silo.Process.IsStopped)
        {
            return;
        }

        world.Timeline.Tell(silo.Name, $"is stopped for {seconds:F3} s");
        silo.Process.Stop();
        lasts(seconds);
        var timeout = 3 + (4 * Next);
        if (seconds > timeout)
        {
            world.Timeline.After(TimeSpan.FromSeconds(timeout), null, () => world.Membership.Bury(silo.Address));
        }

        world.Timeline.After(TimeSpan.FromSeconds(seconds), null, () =>
        {
            if (silo.Process.IsDead)
            {
                return;
            }

            world.Timeline.Tell(silo.Name, "goes on");
            silo.Process.Continue();
            if (world.Membership.IsDead(silo.Address))
            {
                // The silo reads later that it was declared dead, and ends then.
                world.Timeline.After(world.Scenario.HasTalkingDead ? world.Timeline.Between(0, 2) : TimeSpan.Zero, null, () => End(silo));
            }
        });
    }

    private void End(SimulatedSilo silo)
    {
        world.Timeline.Tell(silo.Name, "ends");
        silo.Process.Kill();
        world.Membership.Bury(silo.Address);
        KeepOne();
    }

    /// <summary>Makes a silo slow for a while.</summary>
    public void Slow(SimulatedSilo? silo)
    {
        if (silo is null)
        {
            return;
        }

        world.Timeline.Tell(silo.Name, "is slow");
        silo.Slowness = Next < 0.5 ? 10 : 300;
        var seconds = 0.2 + (5 * Next);
        lasts(seconds);
        world.Timeline.After(TimeSpan.FromSeconds(seconds), null, () => silo.Slowness = 1);
    }

    /// <summary>
    /// Makes the model fail on one silo for a while, if others can compute. It is always the same
    /// silo: a run rightly ends if two silos refuse the same step.
    /// </summary>
    public void Starve()
    {
        if ((_starving ??= Any()) is not { IsStarved: false } silo || world.Running.Count == 1)
        {
            return;
        }

        world.Timeline.Tell(silo.Name, "has no memory");
        silo.IsStarved = true;
        var seconds = 0.1 + (5 * Next);
        lasts(seconds);
        world.Timeline.After(TimeSpan.FromSeconds(seconds), null, () => silo.IsStarved = false);
    }

    /// <summary>Makes a silo shut down gracefully.</summary>
    public void Leave(SimulatedSilo? silo)
    {
        if (silo is null || (world.Running.Count == 1 && Next < 0.9))
        {
            JoinSoon(1);
            return;
        }

        world.Timeline.Tell(silo.Name, "is about to leave");
        silo.Leave(() =>
        {
            world.Membership.Part(silo.Address);
            silo.Grains.End();
            world.Timeline.After(world.Timeline.Between(0.01, 0.5), silo.Process, () => End(silo));
        });
        lasts(5);
    }

    /// <summary>Lets silos join.</summary>
    public void JoinSoon(int count, string? numerics = null)
    {
        for (var i = 0; i < count; i++)
        {
            var seconds = 0.05 + (5 * Next * Next);
            lasts(seconds);
            world.Timeline.After(TimeSpan.FromSeconds(seconds), null, () => world.Join(numerics ?? numericsOfNext()));
        }
    }

    /// <summary>Cuts off a part of the silos from the rest.</summary>
    public void CutOff()
    {
        var far = world.Running.Where(_ => Next < 0.5).ToHashSet();
        Cut(world.Running.SelectMany(from => world.Running.Where(to => far.Contains(from) != far.Contains(to)).Select(to => (from, to))));
    }

    /// <summary>
    /// Cuts some links in one direction: a silo cannot reach another, which may still reach it.
    /// </summary>
    public void CutLinks()
    {
        var share = 0.4 * Next;
        Cut(world.Running.SelectMany(from => world.Running.Where(to => from != to && Next < share).Select(to => (from, to))));
    }

    /// <summary>Cuts the links between two silos in both directions.</summary>
    public void CutBetween(SimulatedSilo? one, SimulatedSilo? other)
    {
        if (one is not null && other is not null && one != other)
        {
            Cut([(one, other), (other, one)], 1 + (6 * Next));
        }
    }

    /// <summary>
    /// Cuts the run off from its parameter server, and stops a third silo, which only that
    /// parameter server can reach. When the third silo goes on, it obeys the old parameter server,
    /// although a new one has long used all other replicas.
    /// </summary>
    public void Estrange(SimulatedSilo? run, SimulatedSilo? server)
    {
        SimulatedSilo[] others = [.. world.Running.Where(silo => silo != run && silo != server)];
        CutBetween(run, server);
        if (others.Length > 0)
        {
            var loyal = others[world.Timeline.Random.Next(others.Length)];
            StopForAWhile(loyal, 1.5 + (2 * Next));
            Cut(world.Running.Where(silo => silo != loyal && silo != server).SelectMany(silo => new[] { (silo, loyal), (loyal, silo) }), 8);
        }
    }

    private void Cut(IEnumerable<(SimulatedSilo From, SimulatedSilo To)> links, double? given = null)
    {
        var seconds = given ?? (0.1 + (6 * Next * Next));
        foreach (var (from, to) in links.ToArray())
        {
            world.Timeline.Tell(from.Name, $"does not reach {to.Name} for {seconds:F3} s");
            world.Wires.Cut.Add((from.Name, to.Name));
            world.Timeline.After(TimeSpan.FromSeconds(seconds), null, () => world.Wires.Cut.Remove((from.Name, to.Name)));
        }

        lasts(seconds);
    }
}

using Mnist.Distributed.Tests.Simulation.Cluster;

namespace Mnist.Distributed.Tests.Simulation.Faults;

/// <summary>What goes wrong in a schedule, and when: after so many messages, so that it hits runs that are at work.</summary>
internal sealed class Storm
{
    private readonly World _world;
    private readonly Queue<long> _strikes;
    private long _sent;
    private TimeSpan _lasts;

    /// <summary>The storm of a schedule.</summary>
    public Storm(World world)
    {
        _world = world;
        var scenario = world.Scenario;
        var messages = (int)(scenario.Plan.TotalSteps * scenario.Silos * 3) + 40;
        var count = scenario.Profile == Profile.Calm ? 0 : world.Timeline.Random.Next(1, 9);
        _strikes = new Queue<long>(Enumerable.Range(0, count).Select(_ => (long)world.Timeline.Random.Next(messages)).Order());
        world.Wires.Sent = Count;
    }

    /// <summary>When nothing went wrong any more; null while it may.</summary>
    public TimeSpan? Over => _strikes.Count == 0 ? _lasts : null;

    private double Next => _world.Timeline.Random.NextDouble();

    private bool Is(params Profile[] profiles) => _world.Scenario.Profile == Profile.Everything || profiles.Contains(_world.Scenario.Profile);

    /// <summary>The numerics of the silo that joins next.</summary>
    /// <param name="index">How many there are at the start; null later.</param>
    public string NumericsOfNext(int? index = null) =>
        Is(Profile.Numerics) && (index ?? 1) % 3 == 1 && _world.Timeline.Draws(0.5) ? Scenario.OtherNumerics : Scenario.Numerics;

    /// <summary>Begins.</summary>
    public void Begin()
    {
        _world.Timeline.After(TimeSpan.FromMinutes(1), null, StrikeThoughNothingIsSent);
        var weather = _world.Weather;
        weather.ResponseTimeout = 5 + (25 * Next);
        if (Is(Profile.Wires))
        {
            weather.Congested = 0.05 * Next;
            weather.Overtaken = 0.05 * Next;
            weather.Twice = 0.1 * Next;
            weather.Lost = 0.02 * Next;
        }

        if (Is(Profile.Storage) || (Is(Profile.SplitBrain) && Next < 0.5))
        {
            weather.WriteFails = 0.5 * Next;
        }
    }

    /// <summary>Judges what only this storm can tell.</summary>
    public void Ended()
    {
        if (_world.Scenario.Profile != Profile.Calm)
        {
            return;
        }

        foreach (var incident in _world.Judge.Record!.Incidents)
        {
            _world.Judge.Require(false, $"nothing was wrong, but {incident}");
        }
    }

    private void Count()
    {
        if (_strikes.TryPeek(out var next) && ++_sent >= next)
        {
            StrikeSoon();
        }
    }

    /// <summary>A run that hangs sends no messages, but the storm is over some time.</summary>
    private void StrikeThoughNothingIsSent()
    {
        if (_strikes.Count > 0)
        {
            StrikeSoon();
            _world.Timeline.After(_world.Timeline.Between(1, 20), null, StrikeThoughNothingIsSent);
        }
    }

    private void StrikeSoon()
    {
        _strikes.Dequeue();
        _world.Timeline.After(_world.Timeline.Between(0, 0.01), null, Strike);
        if (_strikes.Count == 0)
        {
            // What is lost now and then would be lost for ever otherwise.
            _world.Timeline.After(_world.Timeline.Between(1, 20), null, Calm);
            Last(20);
        }
    }

    private void Calm()
    {
        (_world.Weather.Lost, _world.Weather.WriteFails) = (0, 0);
        _world.Timeline.Tell("storm", "is over");
        KeepOneForEver();
    }

    /// <summary>Which numerics the run has may become known only when the silos that have them are gone.</summary>
    private void KeepOneForEver()
    {
        KeepOne();
        _world.Timeline.After(TimeSpan.FromSeconds(10), null, KeepOneForEver);
    }

    private void Strike()
    {
        List<Action> kinds = [];
        if (Is(Profile.Late, Profile.Storage))
        {
            kinds.AddRange([() => StopForAWhile(Any(), 0.1 + (3 * Next * Next)), () => Slow(Any())]);
        }

        if (Is(Profile.Lost, Profile.Storage, Profile.Numerics))
        {
            kinds.AddRange([() => Kill(Any()), () => Kill(Any()), () => Lose(Run()), () => JoinSoon(1)]);
        }

        if (Is(Profile.Wires))
        {
            kinds.AddRange([CutOff, CutLinks]);
        }

        if (Is(Profile.SplitBrain))
        {
            kinds.AddRange(
            [
                () => StopForAWhile(Server(), 0.5 + (12 * Next)), () => StopForAWhile(Run(), 0.5 + (12 * Next)),
                () => StopForAWhile(Server(), 0.5 + (2 * Next)), () => CutBetween(Run(), Server()),
                () => Estrange(Run(), Server()), () => Estrange(Run(), Server()), CutLinks, () => Kill(Server()), () => Kill(Run()), () => JoinSoon(1),
            ]);
        }

        if (Is(Profile.Leaving))
        {
            kinds.AddRange([() => Leave(Any()), () => Leave(Server()), () => Leave(Run()), () => JoinSoon(2)]);
        }

        if (Is(Profile.TotalLoss))
        {
            kinds.AddRange([KillAll, () => Kill(Any())]);
        }

        if (kinds.Count > 0)
        {
            kinds[_world.Timeline.Random.Next(kinds.Count)]();
        }
    }

    private SimulatedSilo? Any() => _world.Running is { Count: > 0 } running ? running[_world.Timeline.Random.Next(running.Count)] : null;

    private SimulatedSilo? Run() => At(_world.Directory.Find(World.RunId));

    private SimulatedSilo? Server() => At(_world.Judge.Record?.Server);

    private SimulatedSilo? At(SiloAddress? address) => _world.Running.FirstOrDefault(silo => silo.Address.Equals(address)) ?? Any();

    private void Kill(SimulatedSilo? silo)
    {
        if (silo is null)
        {
            return;
        }

        _world.Timeline.Tell(silo.Name, "is killed");
        silo.Process.Kill();
        _world.Timeline.After(_world.Timeline.Between(0.5, 6), null, () => _world.Membership.Bury(silo.Address));
        if (Next < 0.5)
        {
            JoinSoon(1);
        }

        KeepOne();
    }

    /// <summary>Kills a silo and damages a copy of the record, so that the run may go on from one that the replicas are ahead of.</summary>
    private void Lose(SimulatedSilo? silo)
    {
        Kill(silo);
        Damage();
    }

    private void Damage()
    {
        var place = Next < 0.5 ? "run-even" : "run-odd";
        _world.Timeline.Tell("store", $"{place} is damaged: {_world.Shelf.Damage(place)}");
    }

    private void KillAll()
    {
        foreach (var silo in _world.Running)
        {
            _world.Timeline.Tell(silo.Name, "is killed with all others");
            silo.Process.Kill();
            _world.Timeline.After(_world.Timeline.Between(0.5, 6), null, () => _world.Membership.Bury(silo.Address));
        }

        if (Next < 0.5)
        {
            Damage();
        }

        KeepOne();
    }

    /// <summary>Nobody could go on with the run without a silo of its numerics, so one joins when the last one is lost.</summary>
    private void KeepOne()
    {
        var numerics = _world.Judge.Record?.Fingerprint ?? Scenario.Numerics;
        if (_world.Running.All(silo => silo.Numerics != numerics))
        {
            JoinSoon(1, numerics);
            JoinSoon((int)(Next * 3));
        }
    }

    private void StopForAWhile(SimulatedSilo? silo, double seconds)
    {
        if (silo is null || silo.Process.IsStopped)
        {
            return;
        }

        _world.Timeline.Tell(silo.Name, $"is stopped for {seconds:F3} s");
        silo.Process.Stop();
        Last(seconds);
        var patience = 3 + (4 * Next);
        if (seconds > patience)
        {
            _world.Timeline.After(TimeSpan.FromSeconds(patience), null, () => _world.Membership.Bury(silo.Address));
        }

        _world.Timeline.After(TimeSpan.FromSeconds(seconds), null, () =>
        {
            if (silo.Process.IsDead)
            {
                return;
            }

            _world.Timeline.Tell(silo.Name, "goes on");
            silo.Process.Continue();
            if (_world.Membership.IsDead(silo.Address))
            {
                // It reads of its own death some time later, and ends.
                _world.Timeline.After(_world.Scenario.HasTalkingDead ? _world.Timeline.Between(0, 2) : TimeSpan.Zero, null, () => End(silo));
            }
        });
    }

    private void End(SimulatedSilo silo)
    {
        _world.Timeline.Tell(silo.Name, "ends");
        silo.Process.Kill();
        _world.Membership.Bury(silo.Address);
        KeepOne();
    }

    private void Slow(SimulatedSilo? silo)
    {
        if (silo is null)
        {
            return;
        }

        _world.Timeline.Tell(silo.Name, "is slow");
        silo.Slowness = Next < 0.5 ? 10 : 300;
        var seconds = 0.2 + (5 * Next);
        Last(seconds);
        _world.Timeline.After(TimeSpan.FromSeconds(seconds), null, () => silo.Slowness = 1);
    }

    private void Leave(SimulatedSilo? silo)
    {
        if (silo is null || (_world.Running.Count == 1 && Next < 0.9))
        {
            JoinSoon(1);
            return;
        }

        _world.Timeline.Tell(silo.Name, "is about to leave");
        silo.Leave(() =>
        {
            _world.Membership.Part(silo.Address);
            silo.Grains.End();
            _world.Timeline.After(_world.Timeline.Between(0.01, 0.5), silo.Process, () => End(silo));
        });
        Last(5);
    }

    private void JoinSoon(int count, string? numerics = null)
    {
        for (var i = 0; i < count; i++)
        {
            var seconds = 0.05 + (5 * Next * Next);
            Last(seconds);
            _world.Timeline.After(TimeSpan.FromSeconds(seconds), null, () => _world.Join(numerics ?? NumericsOfNext()));
        }
    }

    /// <summary>A part of the silos is cut off from the rest.</summary>
    private void CutOff()
    {
        var far = _world.Running.Where(_ => Next < 0.5).ToHashSet();
        Cut(_world.Running.SelectMany(from => _world.Running.Where(to => far.Contains(from) != far.Contains(to)).Select(to => (from, to))));
    }

    /// <summary>Some silos do not reach some others, which need not hold the other way round.</summary>
    private void CutLinks()
    {
        var share = 0.4 * Next;
        Cut(_world.Running.SelectMany(from => _world.Running.Where(to => from != to && Next < share).Select(to => (from, to))));
    }

    private void CutBetween(SimulatedSilo? one, SimulatedSilo? other)
    {
        if (one is not null && other is not null && one != other)
        {
            Cut([(one, other), (other, one)], 1 + (6 * Next));
        }
    }

    /// <summary>
    /// The run no longer reaches its parameter server, which waits for a silo that is stopped and that nobody else reaches: that one obeys it when it goes on,
    /// though another parameter server has long made use of all other replicas.
    /// </summary>
    private void Estrange(SimulatedSilo? run, SimulatedSilo? server)
    {
        SimulatedSilo[] others = [.. _world.Running.Where(silo => silo != run && silo != server)];
        CutBetween(run, server);
        if (others.Length > 0)
        {
            var loyal = others[_world.Timeline.Random.Next(others.Length)];
            StopForAWhile(loyal, 1.5 + (2 * Next));
            Cut(_world.Running.Where(silo => silo != loyal && silo != server).SelectMany(silo => new[] { (silo, loyal), (loyal, silo) }), 8);
        }
    }

    private void Cut(IEnumerable<(SimulatedSilo From, SimulatedSilo To)> links, double? lasts = null)
    {
        var seconds = lasts ?? (0.1 + (6 * Next * Next));
        foreach (var (from, to) in links.ToArray())
        {
            _world.Timeline.Tell(from.Name, $"does not reach {to.Name} for {seconds:F3} s");
            _world.Wires.Cut.Add((from.Name, to.Name));
            _world.Timeline.After(TimeSpan.FromSeconds(seconds), null, () => _world.Wires.Cut.Remove((from.Name, to.Name)));
        }

        Last(seconds);
    }

    private void Last(double seconds)
    {
        var until = _world.Timeline.Now + TimeSpan.FromSeconds(seconds + 10);
        _lasts = until > _lasts ? until : _lasts;
    }
}

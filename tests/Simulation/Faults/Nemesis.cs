using Mnist.Distributed.Tests.Simulation.Cluster;

namespace Mnist.Distributed.Tests.Simulation.Faults;

/// <summary>
/// The schedule of faults of one simulation. A fault happens after a number of messages, so that it
/// hits a run at work.
/// </summary>
internal sealed class Nemesis
{
    private readonly World _world;
    private readonly SingleFaults _single;
    private readonly Queue<long> _faults;
    private long _sent;
    private TimeSpan _lasts;

    /// <summary>Draws the schedule for a cluster.</summary>
    public Nemesis(World world)
    {
        _world = world;
        _single = new SingleFaults(world, () => NumericsOfNext(), Last);
        var scenario = world.Scenario;
        var messages = (int)(scenario.Plan.TotalSteps * scenario.Silos * 3) + 40;
        var count = scenario.Profile == Profile.Calm ? 0 : world.Timeline.Random.Next(1, 9);
        _faults = new Queue<long>(Enumerable.Range(0, count).Select(_ => (long)world.Timeline.Random.Next(messages)).Order());
        world.Wires.Sent = Count;
    }

    /// <summary>
    /// The time of the end of the last fault; null while faults are still to come.
    /// </summary>
    public TimeSpan? Over => _faults.Count == 0 ? _lasts : null;

    private SimulatedSilo? Any => _single.Any();

    private SimulatedSilo? Run => At(_world.Directory.Find(World.RunId));

    private SimulatedSilo? Server => At(_world.Checker.Record?.Server);

    private double Next => _world.Timeline.Random.NextDouble();

    private bool Is(params Profile[] profiles) => _world.Scenario.Profile == Profile.Everything || profiles.Contains(_world.Scenario.Profile);

    /// <summary>Draws the numerics of the next silo that joins.</summary>
    /// <param name="index">For a silo of the start: its index. Null for a later silo.</param>
    public string NumericsOfNext(int? index = null) =>
        Is(Profile.Numerics) && (index ?? 1) % 3 == 1 && _world.Timeline.Draws(0.5) ? Scenario.OtherNumerics : Scenario.Numerics;

    /// <summary>Starts the schedule.</summary>
    public void Begin()
    {
        _world.Timeline.After(TimeSpan.FromMinutes(1), null, StrikeThoughNothingIsSent);
        var conditions = _world.Conditions;
        conditions.ResponseTimeout = 5 + (25 * Next);
        if (Is(Profile.Wires))
        {
            conditions.Congested = 0.05 * Next;
            conditions.Overtaken = 0.05 * Next;
            conditions.Twice = 0.1 * Next;
            conditions.Lost = 0.02 * Next;
        }

        if (Is(Profile.Storage) || (Is(Profile.SplitBrain) && Next < 0.5))
        {
            conditions.WriteFails = 0.5 * Next;
        }
    }

    /// <summary>Checks the ended run: without faults there may be no incidents.</summary>
    public void Ended()
    {
        if (_world.Scenario.Profile != Profile.Calm)
        {
            return;
        }

        foreach (var incident in _world.Checker.Record!.Incidents)
        {
            _world.Checker.Require(false, $"nothing was wrong, but {incident}");
        }
    }

    private void Count()
    {
        if (_faults.TryPeek(out var next) && ++_sent >= next)
        {
            StrikeSoon();
        }
    }

    /// <summary>
    /// Makes the next fault after some time, if a run that hangs sends no messages. So the schedule
    /// always ends.
    /// </summary>
    private void StrikeThoughNothingIsSent()
    {
        if (_faults.Count > 0)
        {
            StrikeSoon();
            _world.Timeline.After(_world.Timeline.Between(1, 20), null, StrikeThoughNothingIsSent);
        }
    }

    private void StrikeSoon()
    {
        _faults.Dequeue();
        _world.Timeline.After(_world.Timeline.Between(0, 0.01), null, Inject);
        if (_faults.Count == 0)
        {
            // Random losses end some time after the last fault. Otherwise the run might never end.
            _world.Timeline.After(_world.Timeline.Between(1, 20), null, Calm);
            Last(20);
        }
    }

    private void Calm()
    {
        (_world.Conditions.Lost, _world.Conditions.WriteFails) = (0, 0);
        _world.Timeline.Tell("nemesis", "is over");
        KeepOneForEver();
    }

    /// <summary>
    /// Keeps a silo with the numerics of the run in the cluster. The numerics may become known only
    /// after the silos that have them are lost, so the check is repeated.
    /// </summary>
    private void KeepOneForEver()
    {
        _single.KeepOne();
        _world.Timeline.After(TimeSpan.FromSeconds(10), null, KeepOneForEver);
    }

    private void Inject()
    {
        List<Action> kinds = [];
        if (Is(Profile.Late, Profile.Storage))
        {
            kinds.AddRange([() => _single.StopForAWhile(Any, 0.1 + (3 * Next * Next)), () => _single.Slow(Any)]);
        }

        if (Is(Profile.Lost, Profile.Storage, Profile.Numerics))
        {
            kinds.AddRange([() => _single.Kill(Any), () => _single.Kill(Any), () => _single.Lose(Run), () => _single.JoinSoon(1)]);
        }

        if (Is(Profile.Wires))
        {
            kinds.AddRange([_single.CutOff, _single.CutLinks]);
        }

        if (Is(Profile.SplitBrain))
        {
            kinds.AddRange(
            [
                () => _single.StopForAWhile(Server, 0.5 + (12 * Next)),
                () => _single.StopForAWhile(Run, 0.5 + (12 * Next)),
                () => _single.StopForAWhile(Server, 0.5 + (2 * Next)),
                () => _single.CutBetween(Run, Server),
                () => _single.Estrange(Run, Server),
                () => _single.Estrange(Run, Server),
                _single.CutLinks,
                () => _single.Kill(Server),
                () => _single.Kill(Run),
                () => _single.JoinSoon(1),
            ]);
        }

        // Elsewhere, the other silos may be lost, and a run rightly ends if only this one is left.
        // A silo that joins still loads the data when the others refuse a step.
        if (_world.Scenario.Profile == Profile.Refusal)
        {
            kinds.AddRange([_single.Starve, _single.Starve, () => _single.Slow(Any), () => _single.JoinSoon(1)]);
        }

        if (Is(Profile.Draining))
        {
            kinds.AddRange([() => _single.Leave(Any), () => _single.Leave(Server), () => _single.Leave(Run), () => _single.JoinSoon(2)]);
        }

        if (Is(Profile.TotalLoss))
        {
            kinds.AddRange([_single.KillAll, () => _single.Kill(Any)]);
        }

        if (kinds.Count > 0)
        {
            kinds[_world.Timeline.Random.Next(kinds.Count)]();
        }
    }

    private SimulatedSilo? At(SiloAddress? address) => _world.Running.FirstOrDefault(silo => silo.Address.Equals(address)) ?? Any;

    private void Last(double seconds)
    {
        var until = _world.Timeline.Now + TimeSpan.FromSeconds(seconds + 10);
        _lasts = until > _lasts ? until : _lasts;
    }
}

using System.Net;
using Microsoft.Extensions.Options;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Grains.Cluster;
using Mnist.Distributed.Grains.ParameterServers;
using Mnist.Distributed.Grains.Replicas;
using Mnist.Distributed.Grains.Runs;
using Mnist.Distributed.Tests.Simulation.Clock;
using Mnist.Distributed.Tests.Simulation.Network;

namespace Mnist.Distributed.Tests.Simulation.Cluster;

/// <summary>
/// A silo: a process with grains and replicas, and the services that the real grains are given.
/// </summary>
internal sealed class SimulatedSilo : Node, IRoster
{
    private readonly World _world;

    /// <summary>Makes a silo that has not joined yet.</summary>
    public SimulatedSilo(World world, int number, int generation, string numerics) : base(world.Timeline, $"silo-{number}.{generation}")
    {
        _world = world;
        Numerics = numerics;
        Address = SiloAddress.New(IPAddress.Loopback, 11000 + number, generation);
        Grains = new GrainHost(NewTurns, Make, Leave);
        Replicas = new ReplicaHost(
            NewTurns(),
            new SiloReport(Name, Address.ToString(), numerics),
            new SliceRelay(Address, silo => new ReplicaLine(world.Wires, this, silo)),
            Time,
            () => Take(world.Conditions.Load),
            () => IsStarved ? throw new InvalidInputException("The model has no memory.") : Take(world.Conditions.Work),
            world.Checker.Check,
            what => world.Timeline.Tell(Name, what));
        NewTurns().Start(async () =>
        {
            await new RunWatchdog(() => Replicas.Held, Wake, runId => world.LineTo(runId, this).IsStarting(), Replicas.ReleaseRun, new RunWatchdogOptions(), Time).Keep(CancellationToken.None);
            return true;
        });
        GracefulShutdown = new GracefulShutdown(Replicas, this, Options.Create(new GracefulShutdownOptions()), Time, world.LoggerOf<GracefulShutdown>(this));
    }

    /// <summary>The address. A silo that comes back has another generation.</summary>
    public SiloAddress Address { get; }

    /// <summary>The fingerprint of the silo's numerics.</summary>
    public string Numerics { get; }

    /// <summary>Checks what the silo does.</summary>
    public Checker Checker => _world.Checker;

    /// <summary>Its grains.</summary>
    public GrainHost Grains { get; }

    /// <summary>Its replicas.</summary>
    public ReplicaHost Replicas { get; }

    /// <summary>The silo's graceful shutdown.</summary>
    public GracefulShutdown GracefulShutdown { get; }

    /// <summary>Factor by which the silo is slower than others.</summary>
    public double Slowness { get; set; } = 1;

    /// <summary>Whether the model fails on this silo.</summary>
    public bool IsStarved { get; set; }

    /// <inheritdoc />
    IReadOnlyList<SiloAddress> IRoster.Active => [.. View.Order().Select(SiloAddressTwin.Of)];

    /// <inheritdoc />
    public IReplicaService On(SiloAddress silo) => new ReplicaLine(_world.Wires, this, silo);

    /// <inheritdoc />
    public string NameOf(SiloAddress silo) => $"silo-{silo.Endpoint.Port - 11000}.{silo.Generation}";

    /// <inheritdoc />
    public override void Bury(SiloAddress silo)
    {
        base.Bury(silo);
        foreach (var runId in Replicas.RunIds)
        {
            Wake(runId).Ignore();
        }
    }

    private Task<RunDescription> Wake(string runId) => _world.LineTo(runId, this).Describe();

    /// <summary>Starts a graceful shutdown.</summary>
    /// <param name="left">Called when the silo has handed over everything.</param>
    public void Leave(Action left) => NewTurns().Start(async () =>
    {
        await GracefulShutdown.StopAsync(CancellationToken.None);
        left();
        return true;
    });

    private void Leave(string key, SiloAddress? moves)
    {
        _world.Directory.Forget(key, Address);
        if (moves is not null && key == World.RunId && _world.Directory.Place(key, moves))
        {
            Wake(key).Ignore();
        }
    }

    private Turns NewTurns() => new(_world.Timeline, Process);

    private Task Take((double Least, double Most) seconds) => Task.Delay(_world.Timeline.Between(seconds.Least, seconds.Most) * Slowness, Time);

    private async Task<Grain> Make(string key, IGrainContext context)
    {
        var self = new HostSilo(new SiloView(Name, Address, this, Time), GracefulShutdown, _world.FactoryOf(this));
        if (key.Contains('@'))
        {
            return new ParameterServerGrain(
                context, self, World.Telemetry, Options.Create(new ParameterServerOptions()), _world.LoggerOf<ParameterServerGrain>(this));
        }

        var stored = new StoredRun(
            _world.Shelf.Open<RunRecord>("run-even", this),
            _world.Shelf.Open<RunRecord>("run-odd", this),
            _world.Shelf.Open<InitialState>("run-initial", this),
            () => throw new NotSupportedException("Nobody changes the simulated store."));
        await stored.Even.ReadStateAsync();
        await stored.Odd.ReadStateAsync();
        await stored.Initial.ReadStateAsync();
        return new TrainingRunGrain(
            context, new ReadStorage(stored), self, World.Telemetry, Options.Create(new RunGrainOptions()), _world.LoggerOf<TrainingRunGrain>(this));
    }

    /// <summary>A run that was read from the store.</summary>
    private sealed record ReadStorage(StoredRun Run) : IRunStorage
    {
        public StoredRun Open(IGrainContext grain) => Run;
    }
}

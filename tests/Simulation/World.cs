using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Grains.Telemetry;
using Mnist.Distributed.Tests.Simulation.Clock;
using Mnist.Distributed.Tests.Simulation.Cluster;
using Mnist.Distributed.Tests.Simulation.Faults;
using Mnist.Distributed.Tests.Simulation.Network;
using Mnist.Distributed.Tests.Simulation.Storage;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Plugins;

namespace Mnist.Distributed.Tests.Simulation;

/// <summary>A simulated cluster and one run on it, from its start to its end.</summary>
internal sealed class World
{
    /// <summary>The run's id.</summary>
    public const string RunId = "run";

    /// <summary>The simulated time within which a run must end after the last fault.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The limit of events. A run has about ten thousand; a run with more than this limit does not
    /// make progress.
    /// </summary>
    private const long MostEvents = 1_000_000;

    private readonly List<SimulatedSilo> _silos = [];

    /// <summary>Makes a cluster that has not started yet.</summary>
    public World(Scenario scenario, Action<string>? trace)
    {
        Scenario = scenario;
        Timeline = new Timeline(scenario.Seed, trace);
        Checker = new Checker(scenario.Plan, scenario.Options);
        Membership = new Membership(Timeline, scenario.MembershipLag);
        Directory = new GrainDirectory(Timeline, Membership);
        Wires = new Wires(Timeline, Conditions, address => _silos.First(silo => silo.Address.Equals(address)));
        Shelf = new Shelf(Timeline, Conditions, Checker.Written);
    }

    /// <summary>Spans and metrics of all simulated silos; nobody listens.</summary>
    public static TrainingTelemetry Telemetry { get; } = new(Options.Create(new TracingOptions()), TimeProvider.System, new ModelFolder(TrainingCatalogue.Standard, null));

    /// <summary>The decisions of the seed.</summary>
    public Scenario Scenario { get; }

    /// <summary>Runs the events.</summary>
    public Timeline Timeline { get; }

    /// <summary>Durations, and probabilities of message faults.</summary>
    public Conditions Conditions { get; } = new();

    /// <summary>The checker.</summary>
    public Checker Checker { get; }

    /// <summary>Who is in the cluster.</summary>
    public Membership Membership { get; }

    /// <summary>Where grains are.</summary>
    public GrainDirectory Directory { get; }

    /// <summary>What carries messages.</summary>
    public Wires Wires { get; }

    /// <summary>The store.</summary>
    public Shelf Shelf { get; }

    /// <summary>The silos that run, those that are stopped included.</summary>
    public IReadOnlyList<SimulatedSilo> Running => [.. _silos.Where(silo => !silo.Process.IsDead)];

    /// <summary>Simulates the run to its end.</summary>
    /// <exception cref="InvalidOperationException">The checker has found a problem.</exception>
    public void Run()
    {
        var nemesis = new Nemesis(this);
        for (var i = 0; i < Scenario.Silos; i++)
        {
            Join(nemesis.NumericsOfNext(i));
        }

        if (Scenario.IsSettled)
        {
            _silos.ForEach(silo => silo.View.UnionWith(Membership.Active));
        }

        var user = new User(this);
        nemesis.Begin();
        user.Begin();
        while (!user.HasSeenTheEnd && Checker.Problem is null)
        {
            Checker.Require(Timeline.Next(), "nothing happens any more");
            Checker.Require(Timeline.Count < MostEvents, $"the run does not end after {Timeline.Count} events: {Checker.Record?.Status} at step {Checker.Record?.Step}");
            Checker.Require(Timeline.Now < (nemesis.Over ?? Timeline.Now) + Limit, $"the run does not end: {Checker.Record?.Status} at step {Checker.Record?.Step}");
        }

        if (Checker.Problem is null)
        {
            Checker.Ended();
            nemesis.Ended();
        }
    }

    /// <summary>A new silo joins.</summary>
    public SimulatedSilo Join(string numerics)
    {
        // Half of the silos get the endpoint of a dead silo if there is one. Only the generation
        // differs then.
        var number = _silos.FirstOrDefault(silo => silo.Process.IsDead && Running.All(other => other.Address.Endpoint.Port != silo.Address.Endpoint.Port))
            is { } dead && Timeline.Draws(0.5)
            ? dead.Address.Endpoint.Port - 11000
            : _silos.Count;
        var silo = new SimulatedSilo(this, number, _silos.Count + 1, numerics);
        _silos.Add(silo);
        Membership.Join(silo);
        Timeline.Tell(silo.Name, "joins");
        return silo;
    }

    /// <summary>A node's line to the run.</summary>
    public ITrainingRunGrain LineTo(string runId, Node from) => new RunLine(Wires, Directory, from, runId);

    /// <summary>The grains as a silo reaches them.</summary>
    public IGrainFactory FactoryOf(SimulatedSilo silo) => Fake.Of<IGrainFactory>((method, args) => method.ReturnType switch
    {
        var type when type == typeof(IParameterServerGrain) => new ServerLine(Wires, silo, (string)args[0]!),
        var type when type == typeof(IRunIndexGrain) => Fake.Of<IRunIndexGrain>((_, _) => Task.CompletedTask),
        _ => throw new NotSupportedException($"{method}"),
    });

    /// <summary>Where a silo's grains log to.</summary>
    public ILogger<T> LoggerOf<T>(Node node) => Timeline.IsTraced ? new TimelineLog<T>(Timeline, node.Name) : NullLogger<T>.Instance;

    private sealed class TimelineLog<T>(Timeline timeline, string node) : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            timeline.Tell(node, $"{formatter(state, exception)} {exception}");
    }
}

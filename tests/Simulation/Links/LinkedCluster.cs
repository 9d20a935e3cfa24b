using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Scaling;
using Mnist.Distributed.Grains.Cluster;
using Mnist.Distributed.Grains.ParameterServers;
using Mnist.Distributed.Tests.Simulation.Clock;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Tests.Simulation.Links;

/// <summary>
/// Silos that run the step protocol over links of a given speed. Nothing fails here; the simulation
/// measures time only.
/// </summary>
internal sealed class LinkedCluster : IRoster
{
    /// <summary>
    /// Number of first steps that are not measured, because the first step has no update to send.
    /// </summary>
    private const int FirstSteps = 2;

    private const int MeasuredSteps = 4;

    private readonly Dictionary<SiloAddress, LinkedSilo> _silos;
    private readonly double _bytesPerFloat;
    private readonly RunOptions _options;

    /// <summary>A cluster.</summary>
    /// <param name="shape">Its silos, and the slices.</param>
    /// <param name="speed">The network.</param>
    /// <param name="cost">What messages cost.</param>
    /// <param name="gradient">Time of a silo's gradients.</param>
    /// <param name="vectorBytes">Bytes of the model's vector.</param>
    public LinkedCluster(ClusterShape shape, LinkSpeed speed, MessageCost cost, TimeSpan gradient, long vectorBytes)
    {
        Timeline = new Timeline(1, null);
        (Speed, Cost, Gradient) = (speed, cost, gradient);
        Plan = new TrainingPlan { Workers = shape.Workers, BatchSize = shape.Workers, Samples = shape.Workers * (FirstSteps + MeasuredSteps), TestSamples = shape.Workers, Epochs = 1 };
        _options = new RunOptions { Slices = shape.Slices, FanOut = shape.FanOut, HashEvery = 0 };

        // This layout has enough elements for slices of equal size.
        var layout = new ParameterLayout.Builder().Layer("layer", [16, 64], 64).Build();
        _bytesPerFloat = (double)vectorBytes / layout.Length;
        _silos = Enumerable.Range(0, shape.Silos).Select(number => new LinkedSilo(this, number, layout)).ToDictionary(silo => silo.Address);
    }

    /// <summary>When things happen.</summary>
    public Timeline Timeline { get; }

    /// <summary>The network.</summary>
    public LinkSpeed Speed { get; }

    /// <summary>What messages cost.</summary>
    public MessageCost Cost { get; }

    /// <summary>Time of a silo's gradients.</summary>
    public TimeSpan Gradient { get; }

    /// <summary>What is trained.</summary>
    public TrainingPlan Plan { get; }

    /// <summary>The hashes of all replicas' parameters.</summary>
    public IEnumerable<StateHash> Hashes => _silos.Values.Select(silo => silo.State.Hash());

    /// <inheritdoc />
    public IReadOnlyList<SiloAddress> Active => [.. _silos.Keys.Order()];

    private LinkedSilo First => _silos[LinkedSilo.AddressOf(0)];

    /// <summary>Trains.</summary>
    /// <returns>The average time of a step, in seconds.</returns>
    public double Run()
    {
        var options = new ParameterServerOptions { Stragglers = { Least = TimeSpan.FromHours(1) } };
        using var server = new ParameterServer(
            new RunGeneration("run", 1),
            new RunHandover(Plan, _options, null, null, 0, null),
            new SiloView("silo-11000", LinkedSilo.AddressOf(0), this, First.Time),
            World.Telemetry,
            options,
            RefuseFaults);
        Finish(server.Start);
        Finish(() => server.CommitUntil(FirstSteps, CancellationToken.None));
        var start = Timeline.Now;
        Finish(() => server.CommitUntil(FirstSteps + MeasuredSteps, CancellationToken.None));
        var seconds = (Timeline.Now - start).TotalSeconds / MeasuredSteps;
        Finish(() => server.Evaluate());
        return seconds;
    }

    /// <summary>The line from a silo to another.</summary>
    public IReplicaService Line(LinkedSilo from, SiloAddress to) => new LinkedLine(from, _silos[to], _bytesPerFloat);

    /// <inheritdoc />
    public IReplicaService On(SiloAddress silo) => Line(First, silo);

    /// <inheritdoc />
    public string NameOf(SiloAddress silo) => $"silo-{silo.Endpoint.Port}";

    private static void RefuseFaults(Incident incident)
    {
        if (incident.Kind != IncidentKind.Joined)
        {
            throw new InvalidOperationException($"{incident.Silo} {incident.Kind}: {incident.Reason}");
        }
    }

    private void Finish(Func<Task> work)
    {
        var done = First.Start(async () =>
        {
            await work();
            return true;
        });
        while (!done.IsCompleted && Timeline.Next())
        {
        }

        done.GetAwaiter().GetResult();
    }
}

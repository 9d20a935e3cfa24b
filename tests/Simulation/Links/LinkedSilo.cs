using System.Net;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Replicas;
using Mnist.Distributed.Tests.Simulation.Clock;
using Mnist.Distributed.Tests.Simulation.Training;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.State;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Tests.Simulation.Links;

/// <summary>
/// A silo that never fails, with the real replica and workers that only take time.
/// </summary>
internal sealed class LinkedSilo : IReplicaService
{
    private readonly Turns _turns;
    private readonly Replica _replica;
    private readonly SliceRelay _relay;

    /// <summary>A silo.</summary>
    /// <param name="cluster">The cluster it is in.</param>
    /// <param name="number">Its place there.</param>
    /// <param name="layout">The model's layout.</param>
    public LinkedSilo(LinkedCluster cluster, int number, ParameterLayout layout)
    {
        var process = new Process(cluster.Timeline);
        Address = AddressOf(number);
        Link = new Link(cluster.Timeline, cluster.Speed, cluster.Cost);
        Time = new ProcessTime(cluster.Timeline, process, TimeSpan.Zero);
        _turns = new Turns(cluster.Timeline, process, TimeSpan.Zero);
        State = new ModelState(cluster.Plan, layout, TrainingCatalogue.Standard.Rule(cluster.Plan));
        var shares = new SimulatedShares(cluster.Plan, "", State, () => Task.Delay(cluster.Gradient, Time), _ => { });
        _replica = new Replica(State, () => new ModelState(cluster.Plan, layout, TrainingCatalogue.Standard.Rule(cluster.Plan)).Snapshot(), shares, cluster.Plan.Workers, Time);
        _relay = new SliceRelay(Address, other => cluster.Line(this, other));
    }

    /// <summary>Its address.</summary>
    public SiloAddress Address { get; }

    /// <summary>Its link.</summary>
    public Link Link { get; }

    /// <summary>Its clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>The state of its replica.</summary>
    public ModelState State { get; }

    /// <summary>The address of a silo by its place.</summary>
    public static SiloAddress AddressOf(int number) => SiloAddress.New(IPAddress.Loopback, 11000 + number, 1);

    /// <summary>Does something in a turn of the silo.</summary>
    public Task<T> Start<T>(Func<Task<T>> work) => _turns.Start(work);

    /// <inheritdoc />
    public Task<ReplicaReport> Prepare(RunGeneration generation, TrainingPlan plan) => Start(() => _replica.Report(generation, new SiloReport($"silo-{Address.Endpoint.Port}", "", "")));

    /// <inheritdoc />
    public Task<ReplyStatus> Install(RunGeneration generation, TrainingState? state) => Start(() => _replica.Install(generation, state));

    /// <inheritdoc />
    public Task<StepReply> ComputeStep(StepRequest request) => Start(() => _replica.ComputeStep(request));

    /// <inheritdoc />
    public Task<SliceReply> SumSlice(SliceRequest request) => Start(() => _relay.Sum(_replica, request));

    /// <inheritdoc />
    public Task<EvaluationReply> Evaluate(EvaluationRequest request) => Start(() => _replica.Evaluate(request));

    /// <inheritdoc />
    public Task<TrainingState?> GetState(RunGeneration generation, StepUpdate? update) => Start(() => _replica.GetState(generation, update));

    /// <inheritdoc />
    public Task<TrainingState?> Peek(string runId) => _replica.Peek();

    public Task<bool> Holds(string runId) => Task.FromResult(_replica.HasState);

    /// <inheritdoc />
    public Task Release(RunGeneration generation) => Start(async () =>
    {
        await _replica.Release();
        return true;
    });

    /// <inheritdoc />
    public Task<SiloLoad> Load() => throw new NotSupportedException("Runs of the simulation train on all silos.");
}

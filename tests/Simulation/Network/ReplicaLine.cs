using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Tests.Simulation.Network;

/// <summary>The line from a node to the replica service of a silo.</summary>
internal sealed class ReplicaLine(Wires wires, Node from, SiloAddress to) : IReplicaService
{
    /// <inheritdoc />
    public Task<ReplicaReport> Prepare(RunGeneration generation, TrainingPlan plan) =>
        wires.Call(from, to, (generation, plan), (silo, request) => silo.Replicas.Prepare(request.generation, request.plan), repeatable: true);

    /// <inheritdoc />
    public Task<ReplyStatus> Install(RunGeneration generation, TrainingState? state) => wires.Call(
        from, to, new InstallRequest(generation, state), (silo, request) => silo.Replicas.Install(request.Generation, request.State), repeatable: true);

    /// <inheritdoc />
    public Task<StepReply> ComputeStep(StepRequest request) =>
        wires.Call(from, to, request, (silo, arrived) => silo.Replicas.ComputeStep(arrived), repeatable: true);

    /// <inheritdoc />
    public Task<SliceReply> SumSlice(SliceRequest request) =>
        wires.Call(from, to, request, (silo, arrived) => silo.Replicas.SumSlice(arrived), repeatable: true);

    /// <inheritdoc />
    public Task<EvaluationReply> Evaluate(EvaluationRequest request) =>
        wires.Call(from, to, request, (silo, arrived) => silo.Replicas.Evaluate(arrived), repeatable: true);

    /// <inheritdoc />
    public Task<TrainingState?> GetState(RunGeneration generation, StepUpdate? update) => wires.Call(
        from, to, new StateRequest(generation, update), (silo, request) => silo.Replicas.GetState(request.Generation, request.Update), repeatable: true);

    /// <inheritdoc />
    public Task<TrainingState?> Peek(string runId) => wires.Call(from, to, runId, (silo, request) => silo.Replicas.Peek(request), repeatable: true);

    public Task<bool> Holds(string runId) => wires.Call(from, to, runId, (silo, request) => silo.Replicas.Holds(request), repeatable: true);

    /// <inheritdoc />
    public Task Release(RunGeneration generation) => wires.Call(from, to, generation, (silo, request) => silo.Replicas.Release(request), repeatable: true);

    /// <inheritdoc />
    public Task<SiloLoad> Load() => throw new NotSupportedException("Runs of the simulation train on all silos.");
}

/// <summary>Arguments of <see cref="IReplicaService.Install"/>.</summary>
internal sealed record InstallRequest(RunGeneration Generation, TrainingState? State);

/// <summary>Arguments of <see cref="IReplicaService.GetState"/>.</summary>
internal sealed record StateRequest(RunGeneration Generation, StepUpdate? Update);

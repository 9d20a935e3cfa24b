using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Replicas;
using Mnist.Distributed.Tests.Simulation.Clock;
using Mnist.Distributed.Tests.Simulation.Training;
using Mnist.Distributed.Training.State;

namespace Mnist.Distributed.Tests.Simulation.Cluster;

/// <summary>
/// The replica service and the registry of a silo, with the real replica and simulated workers.
/// </summary>
/// <param name="turns">The turns of the service.</param>
/// <param name="self">The silo's report of itself.</param>
/// <param name="relay">Sums the silo's parts of slices.</param>
/// <param name="time">The silo's clock.</param>
/// <param name="load">Takes the simulated time to load the data.</param>
/// <param name="work">Takes the simulated time of a piece of work.</param>
/// <param name="check">Checks the state of a replica.</param>
/// <param name="tell">Receives every answer, for the trace.</param>
internal sealed class ReplicaHost(
    Turns turns,
    SiloReport self,
    SliceRelay relay,
    TimeProvider time,
    Func<Task> load,
    Func<Task> work,
    Action<SiloReport, ModelState, long?> check,
    Action<string> tell) : IDrainingReplicas
{
    private readonly Dictionary<string, (Replica Replica, ModelState State)> _runs = [];
    private bool _leaving;

    /// <summary>The runs that the silo takes part in.</summary>
    public IReadOnlyCollection<string> RunIds => _runs.Keys;

    /// <summary>Whether there is a state.</summary>
    public bool HoldAny => _runs.Values.Any(run => run.Replica.HasState);

    /// <summary>The runs as the silo's watchdog sees them.</summary>
    public IEnumerable<HeldRun> Held => _runs.Select(run => HeldRun.Of(run.Key, run.Value.Replica));

    /// <inheritdoc cref="IReplicaService.Prepare" />
    public Task<ReplicaReport> Prepare(RunGeneration generation, TrainingPlan plan) => turns.Start(async () =>
    {
        if (!_runs.ContainsKey(generation.RunId))
        {
            await load();
            _runs.TryAdd(generation.RunId, Make(plan));
        }

        return await _runs[generation.RunId].Replica.Report(generation, self);
    });

    /// <inheritdoc cref="IReplicaService.Install" />
    public Task<ReplyStatus> Install(RunGeneration generation, TrainingState? state) =>
        With(generation, $"Install {state?.Step}", replica => replica.Install(generation, state));

    /// <inheritdoc cref="IReplicaService.ComputeStep" />
    public Task<StepReply> ComputeStep(StepRequest request) => With(
        request.Generation,
        $"ComputeStep {request.Step} of {request.FirstWorker}..{request.EndWorker} after {request.Update?.Step}",
        replica => replica.ComputeStep(request));

    /// <inheritdoc cref="IReplicaService.SumSlice" />
    public Task<SliceReply> SumSlice(SliceRequest request) => With(
        request.Generation,
        $"SumSlice {request.Step} slice {request.Slice} of {request.Slices} over {request.Silos.Count} silos after {request.Update?.Step}",
        replica => relay.Sum(replica, request));

    /// <inheritdoc cref="IReplicaService.Evaluate" />
    public Task<EvaluationReply> Evaluate(EvaluationRequest request) =>
        With(request.Generation, $"Evaluate {request.Step}", replica => replica.Evaluate(request));

    /// <inheritdoc cref="IReplicaService.GetState" />
    public Task<TrainingState?> GetState(RunGeneration generation, StepUpdate? update) =>
        With(generation, $"GetState after {update?.Step}", replica => replica.GetState(generation, update));

    /// <inheritdoc cref="IReplicaService.Holds" />
    public Task<TrainingState?> Peek(string runId) => turns.Start(() => _runs.TryGetValue(runId, out var run) ? run.Replica.Peek() : Task.FromResult<TrainingState?>(null));

    public Task<bool> Holds(string runId) => turns.Start(() => Task.FromResult(_runs.TryGetValue(runId, out var run) && run.Replica.HasState));

    /// <inheritdoc cref="IReplicaService.Release" />
    public Task<bool> Release(RunGeneration generation) => turns.Start(() =>
        _runs.TryGetValue(generation.RunId, out var run) && run.Replica.IsOfLater(generation) ? Task.FromResult(false) : ReleaseRun(generation.RunId));

    /// <summary>Removes a run that has ended.</summary>
    public Task<bool> ReleaseRun(string runId) => turns.Start(async () =>
    {
        if (_runs.Remove(runId, out var run))
        {
            await run.Replica.Release();
        }

        return true;
    });

    /// <inheritdoc />
    public bool AwaitAnswers => _runs.Values.Any(run => run.Replica.IsMissed);

    /// <inheritdoc />
    public void Leave()
    {
        _leaving = true;
        foreach (var (replica, _) in _runs.Values)
        {
            replica.IsDraining = true;
        }
    }

    private Task<T> With<T>(RunGeneration generation, string what, Func<Replica, Task<T>> call) => turns.Start(async () =>
    {
        var (replica, state) = _runs.TryGetValue(generation.RunId, out var run)
            ? run
            : throw new InvalidOperationException($"Run {generation.RunId} has not been prepared on this silo.");
        var reply = await call(replica);
        tell($"{what} for generation {generation.Number}: {Summary(reply)}; now at step {state.Step}");
        if (replica.HasState)
        {
            check(self, state, null);
        }

        return reply;
    });

    private static string Summary(object? reply) => reply switch
    {
        StepReply step => $"{step.Status}",
        SliceReply slice => $"{slice.Status}",
        EvaluationReply evaluation => $"{evaluation.Status}",
        TrainingState state => $"step {state.Step}",
        _ => $"{reply ?? "nothing"}",
    };

    private (Replica, ModelState) Make(TrainingPlan plan)
    {
        var state = GradientFunction.NewState(plan);
        var shares = new SimulatedShares(plan, self.Fingerprint, state, work, step => check(self, state, step));
        var replica = new Replica(state, () => GradientFunction.NewState(plan).Snapshot(), shares, plan.Workers, time) { IsDraining = _leaving };
        return (replica, state);
    }
}

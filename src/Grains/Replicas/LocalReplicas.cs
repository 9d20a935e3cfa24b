using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Memory;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Replicas.Slices;
using Mnist.Distributed.Training.Native;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>
/// The replicas of this silo. A parameter server on the same silo calls them directly: within a process vectors are shared anyway, and a message would cost more than
/// a small model's optimizer.
/// </summary>
public sealed partial class LocalReplicas(ReplicaRegistry registry, IReplicaClient others, IGrainFactory grains, ILocalSiloDetails self, ILogger<LocalReplicas> logger) : IReplicaService
{
    private readonly SliceRelay _relay = new(self.SiloAddress, others.On);

    /// <inheritdoc />
    public async Task<ReplicaReport> Prepare(RunAttempt attempt, TrainingPlan plan)
    {
        var replica = await registry.Prepare(attempt.RunId, plan);

        // Every worker is active on every silo: one that is needed in place of a lost one must not wait for its placement then.
        await Task.WhenAll(Enumerable.Range(0, plan.Workers)
            .Select(w => grains.GetGrain<IWorkerGrain>(RunKey.Of(attempt.RunId, w)).Activate().AsTask()));
        LogPrepared(attempt.RunId, attempt.Number, plan.Model, plan.DataSet);
        return await replica.Report(attempt, new SiloReport(self.Name, self.SiloAddress.Endpoint.ToString(), LibTorch.Fingerprint, SharedSegment.Domain));
    }

    /// <inheritdoc />
    public Task<ReplyStatus> Install(RunAttempt attempt, TrainingState? state) => registry.ReplicaOf(attempt.RunId).Install(attempt, state);

    /// <inheritdoc />
    public Task<StepReply> ComputeStep(StepRequest request) => registry.ReplicaOf(request.Attempt.RunId).ComputeStep(request);

    /// <inheritdoc />
    public Task<SliceReply> SumSlice(SliceRequest request) => _relay.Sum(registry.ReplicaOf(request.Attempt.RunId), request);

    /// <inheritdoc />
    public Task<EvaluationReply> Evaluate(EvaluationRequest request) => registry.ReplicaOf(request.Attempt.RunId).Evaluate(request);

    /// <inheritdoc />
    public Task<TrainingState?> GetState(RunAttempt attempt, StepUpdate? update) => registry.ReplicaOf(attempt.RunId).GetState(attempt, update);

    /// <inheritdoc />
    public Task<bool> Holds(string runId) => Task.FromResult(registry.Find(runId) is { HasState: true });

    /// <inheritdoc />
    public Task Release(string runId) => registry.Release(runId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Prepared for attempt {Attempt} at run {RunId}: model {Model} on {DataSet}")]
    private partial void LogPrepared(string runId, long attempt, string model, string dataSet);
}

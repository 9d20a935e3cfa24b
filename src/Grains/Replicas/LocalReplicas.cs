using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Memory;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Native;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>
/// The replicas of this silo. A parameter server on the same silo calls them directly: within a
/// process vectors are shared anyway, and a message would cost more than a small model's optimizer.
/// </summary>
public sealed partial class LocalReplicas(ReplicaRegistry registry, IReplicaClient others, IGrainFactory grains, ILocalSiloDetails self, ILogger<LocalReplicas> logger) : IReplicaService
{
    /// <summary>
    /// A step that takes no longer is computed in the parameter server's own turn, which must not
    /// last. No option: it only weighs one message against one turn.
    /// </summary>
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(5);

    private readonly SliceRelay _relay = new(self.SiloAddress, others.On, AfterMessages);

    /// <inheritdoc />
    public async Task<ReplicaReport> Prepare(RunGeneration generation, TrainingPlan plan)
    {
        var replica = await registry.Prepare(generation.RunId, plan);

        // Every worker is active on every silo: one that is needed in place of a lost one must not
        // wait for its placement then.
        await Task.WhenAll(Enumerable.Range(0, plan.Workers)
            .Select(w => grains.GetGrain<IWorkerGrain>(RunKey.Of(generation.RunId, w)).Activate().AsTask()));
        LogPrepared(generation.RunId, generation.Number, plan.Model, plan.DataSet);
        return await replica.Report(generation, new SiloReport(self.Name, self.SiloAddress.Endpoint.ToString(), LibTorch.Fingerprint, SharedSegment.Domain));
    }

    /// <inheritdoc />
    public Task<ReplyStatus> Install(RunGeneration generation, TrainingState? state) => registry.ReplicaOf(generation.RunId).Install(generation, state);

    /// <inheritdoc />
    public Task<StepReply> ComputeStep(StepRequest request)
    {
        var replica = registry.ReplicaOf(request.Generation.RunId);
        var isAlone = request.EndWorker - request.FirstWorker == replica.Workers;
        return isAlone && replica.Took < Quick ? replica.ComputeStep(request) : AfterMessages(() => replica.ComputeStep(request));
    }

    /// <inheritdoc />
    public Task<SliceReply> SumSlice(SliceRequest request) => _relay.Sum(registry.ReplicaOf(request.Generation.RunId), request);

    /// <inheritdoc />
    public Task<EvaluationReply> Evaluate(EvaluationRequest request) => registry.ReplicaOf(request.Generation.RunId).Evaluate(request);

    /// <inheritdoc />
    public Task<TrainingState?> GetState(RunGeneration generation, StepUpdate? update) => registry.ReplicaOf(generation.RunId).GetState(generation, update);

    /// <inheritdoc />
    public Task<bool> Holds(string runId) => Task.FromResult(registry.Find(runId) is { HasState: true });

    /// <inheritdoc />
    public Task Release(string runId) => registry.Release(runId);

    /// <summary>
    /// Begins once the requests to other silos, which have been asked before, are on their way:
    /// they are in queues that a thread of the pool empties before it turns to what is queued for
    /// all threads. Otherwise they would often wait until this silo's share is computed, and the
    /// silos would compute one after the other. The system, too, likes to run whoever has been sent
    /// something on the sender's processor, and has to be given the opportunity to do so.
    /// </summary>
    private static Task<T> AfterMessages<T>(Func<Task<T>> work) => Task.Factory.StartNew(
        () =>
        {
            Thread.Yield();
            return work();
        },
        CancellationToken.None,
        TaskCreationOptions.PreferFairness,
        TaskScheduler.Default).Unwrap();

    [LoggerMessage(Level = LogLevel.Information, Message = "Prepared for generation {Generation} of run {RunId}: model {Model} on {DataSet}")]
    private partial void LogPrepared(string runId, long generation, string model, string dataSet);
}

using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Memory;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>
/// The replicas of this silo. A parameter server on the same silo calls them directly. Within a
/// process no bytes need to be copied, and a message would take longer than the optimizer of a
/// small model.
/// </summary>
public sealed partial class LocalReplicas(ReplicaRegistry registry, IReplicaClient others, IGrainFactory grains, ILocalSiloDetails self, SiloLoads loads, ILogger<LocalReplicas> logger) : IReplicaService
{
    /// <summary>
    /// A step that is faster than this is computed in the turn of the parameter server. A longer
    /// step would block the grain. This is not an option, because it only compares the cost of a
    /// message with the length of a turn.
    /// </summary>
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(5);

    private readonly SliceRelay _relay = new(self.SiloAddress, others.On, AfterMessages);

    /// <inheritdoc />
    public async Task<ReplicaReport> Prepare(RunGeneration generation, TrainingPlan plan)
    {
        var replica = await registry.Prepare(generation.RunId, plan);

        // All workers are activated on every silo now. When a worker must replace a worker of a
        // lost silo, its activation would take time.
        await Task.WhenAll(Enumerable.Range(0, plan.Workers)
            .Select(w => grains.GetGrain<IWorkerGrain>(RunKey.Of(generation.RunId, w)).Activate().AsTask()));
        LogPrepared(generation.RunId, generation.Number, plan.Model, plan.DataSet);
        return await replica.Report(generation, new SiloReport(self.Name, self.SiloAddress.Endpoint.ToString(), registry.FingerprintOf(generation.RunId), SharedSegment.Domain));
    }

    /// <inheritdoc />
    public Task<ReplyStatus> Install(RunGeneration generation, TrainingState? state) => registry.ReplicaOf(generation.RunId).Install(generation, state);

    /// <inheritdoc />
    public Task<StepReply> ComputeStep(StepRequest request)
    {
        var replica = registry.ReplicaOf(request.Generation.RunId);
        var hasAllWorkers = request.EndWorker - request.FirstWorker == replica.Workers;
        return hasAllWorkers && replica.Took < Quick ? replica.ComputeStep(request) : AfterMessages(() => replica.ComputeStep(request));
    }

    /// <inheritdoc />
    public Task<SliceReply> SumSlice(SliceRequest request) => _relay.Sum(registry.ReplicaOf(request.Generation.RunId), request);

    /// <inheritdoc />
    public Task<EvaluationReply> Evaluate(EvaluationRequest request) => registry.ReplicaOf(request.Generation.RunId).Evaluate(request);

    /// <inheritdoc />
    public Task<TrainingState?> GetState(RunGeneration generation, StepUpdate? update) => registry.ReplicaOf(generation.RunId).GetState(generation, update);

    /// <inheritdoc />
    public Task<TrainingState?> Peek(string runId) => registry.Find(runId)?.Peek() ?? Task.FromResult<TrainingState?>(null);

    /// <inheritdoc />
    public Task<bool> Holds(string runId) => Task.FromResult(registry.Find(runId) is { HasState: true });

    /// <inheritdoc />
    public Task Release(RunGeneration generation) => registry.Release(generation);

    /// <inheritdoc />
    public Task<SiloLoad> Load() => Task.FromResult(loads.Now());

    /// <summary>
    /// Starts the work after the requests to the other silos have been sent. These requests are in
    /// local queues of a thread of the pool, which empties its local queues before it takes work
    /// from the global queue. So the work goes to the global queue. Otherwise the requests would
    /// often wait until the share of this silo is computed, and the silos would compute one after
    /// the other. The kernel, too, tends to run the receiver of a message on the processor of the
    /// sender. <c>Thread.Yield</c> lets the receiver run there.
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

using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Native;

namespace Mnist.Distributed.Grains.Replicas;

/// <inheritdoc cref="IReplicaService" />
public sealed partial class ReplicaService(
    GrainId id,
    Silo silo,
    ILoggerFactory loggers,
    ILocalSiloDetails self,
    IGrainFactory grains,
    ISiloStatusOracle membership,
    ReplicaRegistry registry,
    TimeProvider time) : GrainService(id, silo, loggers), IReplicaService, ISiloStatusListener
{
    private readonly ILogger _logger = loggers.CreateLogger<ReplicaService>();

    /// <inheritdoc />
    public async Task<ReplicaReport> Prepare(RunAttempt attempt, TrainingPlan plan)
    {
        var replica = await registry.Prepare(attempt.RunId, plan);

        // Every worker is active on every silo: one that is needed in place of a lost one must not wait for its placement then.
        await Task.WhenAll(Enumerable.Range(0, plan.Workers)
            .Select(w => grains.GetGrain<IWorkerGrain>(RunKey.Of(attempt.RunId, w)).Activate().AsTask()));
        LogPrepared(attempt.RunId, attempt.Number, plan.Model, plan.DataSet);
        return await replica.Report(attempt, new SiloReport(self.Name, self.SiloAddress.Endpoint.ToString(), LibTorch.Fingerprint));
    }

    /// <inheritdoc />
    public Task<ReplyStatus> Install(RunAttempt attempt, TrainingState? state) => registry.ReplicaOf(attempt.RunId).Install(attempt, state);

    /// <inheritdoc />
    public Task<StepReply> ComputeStep(StepRequest request) => registry.ReplicaOf(request.Attempt.RunId).ComputeStep(request);

    /// <inheritdoc />
    public Task<EvaluationReply> Evaluate(EvaluationRequest request) => registry.ReplicaOf(request.Attempt.RunId).Evaluate(request);

    /// <inheritdoc />
    public Task<TrainingState?> GetState(RunAttempt attempt, StepUpdate? update) => registry.ReplicaOf(attempt.RunId).GetState(attempt, update);

    /// <inheritdoc />
    public Task<bool> Holds(string runId) => Task.FromResult(registry.Find(runId) is { HasState: true });

    /// <inheritdoc />
    public Task Release(string runId) => registry.Release(runId);

    /// <summary>Listens to the cluster, and watches over the runs, from now on.</summary>
    protected override Task StartInBackground()
    {
        if (!membership.SubscribeToSiloStatusEvents(this))
        {
            throw new InvalidOperationException("Membership events cannot be had.");
        }

        var vigil = new RunVigil(() => registry.RunsIdleFor(RunVigil.Patience), Wake, time);
        vigil.Keep(StoppedCancellationTokenSource.Token).Ignore();
        return Task.CompletedTask;
    }

    /// <summary>A run whose silo is lost is woken on another one by asking for it; its record tells it to go on.</summary>
    void ISiloStatusListener.SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (status == SiloStatus.Dead)
        {
            foreach (var runId in registry.RunIds)
            {
                LogWake(runId, updatedSilo);
                Wake(runId).Ignore();
            }
        }
    }

    private Task Wake(string runId) => grains.GetGrain<ITrainingRunGrain>(runId).Describe();

    [LoggerMessage(Level = LogLevel.Information, Message = "Silo {Silo} is dead: run {RunId} is asked for, in case it was there")]
    private partial void LogWake(string runId, SiloAddress silo);

    [LoggerMessage(Level = LogLevel.Information, Message = "Prepared for attempt {Attempt} at run {RunId}: model {Model} on {DataSet}")]
    private partial void LogPrepared(string runId, long attempt, string model, string dataSet);
}

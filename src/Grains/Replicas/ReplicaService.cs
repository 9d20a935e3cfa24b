using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Compute;
using Mnist.Distributed.Grains.Telemetry;
using Mnist.Distributed.Training.Native;
using Mnist.Distributed.Training.Summation;

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
    ComputePool compute,
    TrainingTelemetry telemetry) : GrainService(id, silo, loggers), IReplicaService, ISiloStatusListener
{
    private readonly ILogger _logger = loggers.CreateLogger<ReplicaService>();

    /// <inheritdoc />
    public async Task<ReplicaReport> Prepare(RunAttempt attempt, TrainingPlan plan)
    {
        await registry.Prepare(attempt.RunId, plan);

        // Every worker is active on every silo: one that is needed in place of a lost one must not wait for its placement then.
        await Task.WhenAll(Enumerable.Range(0, plan.Workers).Select(w => Worker(attempt, w).Activate().AsTask()));
        var report = new SiloReport(self.Name, self.SiloAddress.Endpoint.ToString(), LibTorch.Fingerprint);
        LogPrepared(attempt.RunId, attempt.Number, plan.Model, plan.DataSet);
        return await Exclusively(attempt, replica =>
        {
            replica.Obeys(attempt);
            return Task.FromResult(new ReplicaReport(report, replica.HasState ? replica.State.Step : null));
        });
    }

    /// <inheritdoc />
    public Task<ReplyStatus> Install(RunAttempt attempt, TrainingState? state) => Exclusively(attempt, replica =>
    {
        if (!replica.Obeys(attempt))
        {
            return Task.FromResult(ReplyStatus.Superseded);
        }

        replica.Install(state);
        return Task.FromResult(ReplyStatus.Done);
    });

    /// <inheritdoc />
    public Task<StepReply> ComputeStep(StepRequest request) => Exclusively(request.Attempt, async replica =>
    {
        var status = Judge(replica, request.Attempt, request.Step, request.Update);
        if (status != ReplyStatus.Done)
        {
            return new StepReply(status, []);
        }

        using var activity = telemetry.StartReplica(request, self.Name);
        var owned = new WorkerRange(request.FirstWorker, request.EndWorker);
        var leaves = await Task.WhenAll(Enumerable.Range(owned.First, owned.Count).Select(w =>
            Worker(request.Attempt, w).ComputeGradient(request.Step, activity?.Id).AsTask()));
        return new StepReply(status, replica.Collapse(owned, leaves));
    });

    /// <inheritdoc />
    public Task<EvaluationReply> Evaluate(EvaluationRequest request) => Exclusively(request.Attempt, async replica =>
    {
        var status = Judge(replica, request.Attempt, request.Step, request.Update);
        if (status != ReplyStatus.Done)
        {
            return new EvaluationReply(status, []);
        }

        using var activity = telemetry.StartReplica(request, self.Name);
        var chunks = await Task.WhenAll(Enumerable.Range(request.FirstChunk, request.EndChunk - request.FirstChunk)
            .Select(chunk => compute.Run(() => replica.EvaluateChunk(chunk))));
        return new EvaluationReply(status, [.. chunks.SelectMany(batches => batches)]);
    });

    /// <inheritdoc />
    public Task<TrainingState?> GetState(RunAttempt attempt, StepUpdate? update) => Exclusively(attempt, replica =>
    {
        if (!replica.HasState || !replica.Obeys(attempt))
        {
            return Task.FromResult<TrainingState?>(null);
        }

        replica.BringTo(replica.State.Step, update);
        return Task.FromResult<TrainingState?>(replica.State.Snapshot());
    });

    /// <inheritdoc />
    public Task Release(string runId) => registry.Release(runId);

    /// <summary>Listens to the cluster from now on.</summary>
    protected override Task StartInBackground() =>
        membership.SubscribeToSiloStatusEvents(this) ? Task.CompletedTask : throw new InvalidOperationException("Membership events cannot be had.");

    /// <summary>A run whose silo is lost is woken on another one by asking for it; its record tells it to go on.</summary>
    void ISiloStatusListener.SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (status == SiloStatus.Dead)
        {
            foreach (var runId in registry.RunIds)
            {
                LogWake(runId, updatedSilo);
                grains.GetGrain<ITrainingRunGrain>(runId).Describe().Ignore();
            }
        }
    }

    private IWorkerGrain Worker(RunAttempt attempt, int worker) => grains.GetGrain<IWorkerGrain>(RunKey.Of(attempt.RunId, worker));

    private static ReplyStatus Judge(Replica replica, RunAttempt attempt, long step, StepUpdate? update) =>
        !replica.Obeys(attempt) ? ReplyStatus.Superseded
        : replica.BringTo(step, update) ? ReplyStatus.Done
        : ReplyStatus.OtherStep;

    private async Task<T> Exclusively<T>(RunAttempt attempt, Func<Replica, Task<T>> work)
    {
        var replica = registry.Get(attempt.RunId);
        await replica.Gate.WaitAsync();
        try
        {
            return await work(replica);
        }
        finally
        {
            replica.Gate.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Silo {Silo} is dead: run {RunId} is asked for, in case it was there")]
    private partial void LogWake(string runId, SiloAddress silo);

    [LoggerMessage(Level = LogLevel.Information, Message = "Prepared for attempt {Attempt} at run {RunId}: model {Model} on {DataSet}")]
    private partial void LogPrepared(string runId, long attempt, string model, string dataSet);
}

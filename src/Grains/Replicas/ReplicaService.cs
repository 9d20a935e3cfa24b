using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Compute;
using Mnist.Distributed.Grains.Telemetry;
using Mnist.Distributed.Grains.Workers;
using Mnist.Distributed.Training.Native;
using Mnist.Distributed.Training.State;
using Mnist.Distributed.Training.Summation;

namespace Mnist.Distributed.Grains.Replicas;

/// <inheritdoc cref="IReplicaService" />
public sealed partial class ReplicaService(
    GrainId id,
    Silo silo,
    ILoggerFactory loggers,
    ILocalSiloDetails self,
    IGrainFactory grains,
    ReplicaRegistry registry,
    ComputePool compute,
    TrainingTelemetry telemetry) : GrainService(id, silo, loggers), IReplicaService
{
    private readonly ILogger _logger = loggers.CreateLogger<ReplicaService>();

    /// <inheritdoc />
    public async Task<SiloReport> Prepare(string runId, TrainingPlan plan)
    {
        await registry.Prepare(runId, plan);
        LogPrepared(runId, plan.Model, plan.DataSet);
        return new SiloReport(self.Name, self.SiloAddress.Endpoint.ToString(), LibTorch.Fingerprint);
    }

    /// <inheritdoc />
    public Task Install(string runId, TrainingState? state)
    {
        var replica = registry.Get(runId);
        return Exclusively(replica, () =>
        {
            replica.State.Restore(state ?? new ModelState(replica.Plan, replica.Model.Layout).Snapshot());
            return Task.FromResult(true);
        });
    }

    /// <inheritdoc />
    public Task<StepReply> ComputeStep(StepRequest request)
    {
        var replica = registry.Get(request.RunId);
        return Exclusively(replica, async () =>
        {
            if (!replica.BringTo(request.Step, request.Update))
            {
                return new StepReply(Behind: true, []);
            }

            using var activity = telemetry.StartReplica(request, self.Name);
            var owned = new WorkerRange(request.FirstWorker, request.EndWorker);
            var leaves = await Task.WhenAll(Enumerable.Range(owned.First, owned.Count).Select(w =>
                grains.GetGrain<IWorkerGrain>(WorkerGrain.KeyOf(request.RunId, w)).ComputeGradient(request.Step, activity?.Id).AsTask()));
            return new StepReply(Behind: false, replica.Collapse(owned, leaves));
        });
    }

    /// <inheritdoc />
    public Task<EvaluationReply> Evaluate(EvaluationRequest request)
    {
        var replica = registry.Get(request.RunId);
        return Exclusively(replica, async () =>
        {
            if (!replica.BringTo(request.Step, request.Update))
            {
                return new EvaluationReply(Behind: true, []);
            }

            using var activity = telemetry.StartReplica(request, self.Name);
            var chunks = await Task.WhenAll(Enumerable.Range(request.FirstChunk, request.EndChunk - request.FirstChunk)
                .Select(chunk => compute.Run(() => replica.EvaluateChunk(chunk))));
            return new EvaluationReply(Behind: false, [.. chunks.SelectMany(batches => batches)]);
        });
    }

    /// <inheritdoc />
    public Task<TrainingState> GetState(string runId, StepUpdate? update)
    {
        var replica = registry.Get(runId);
        return Exclusively(replica, () =>
        {
            replica.BringTo(replica.State.Step, update);
            return Task.FromResult(replica.State.Snapshot());
        });
    }

    /// <inheritdoc />
    public Task Release(string runId) => registry.Release(runId);

    private static async Task<T> Exclusively<T>(Replica replica, Func<Task<T>> work)
    {
        await replica.Gate.WaitAsync();
        try
        {
            return await work();
        }
        finally
        {
            replica.Gate.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Prepared for run {RunId}: model {Model} on {DataSet}")]
    private partial void LogPrepared(string runId, string model, string dataSet);
}

using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>
/// The replicas of this silo, for calls from other silos. It also starts the watchdog of their
/// runs.
/// </summary>
public sealed partial class ReplicaService(
    GrainId id,
    Silo silo,
    ILoggerFactory loggers,
    ISiloStatusOracle membership,
    LocalReplicas replicas,
    RunUpkeep upkeep) : GrainService(id, silo, loggers), IReplicaService, ISiloStatusListener
{
    private readonly ILogger _logger = loggers.CreateLogger<ReplicaService>();

    /// <inheritdoc />
    public Task<ReplicaReport> Prepare(RunGeneration generation, TrainingPlan plan) => replicas.Prepare(generation, plan);

    /// <inheritdoc />
    public Task<ReplyStatus> Install(RunGeneration generation, TrainingState? state) => replicas.Install(generation, state);

    /// <inheritdoc />
    public Task<StepReply> ComputeStep(StepRequest request) => replicas.ComputeStep(request);

    /// <inheritdoc />
    public Task<SliceReply> SumSlice(SliceRequest request) => replicas.SumSlice(request);

    /// <inheritdoc />
    public Task<EvaluationReply> Evaluate(EvaluationRequest request) => replicas.Evaluate(request);

    /// <inheritdoc />
    public Task<TrainingState?> GetState(RunGeneration generation, StepUpdate? update) => replicas.GetState(generation, update);

    /// <inheritdoc />
    public Task<TrainingState?> Peek(string runId) => replicas.Peek(runId);

    /// <inheritdoc />
    public Task<bool> Holds(string runId) => replicas.Holds(runId);

    /// <inheritdoc />
    public Task Release(RunGeneration generation) => replicas.Release(generation);

    /// <inheritdoc />
    public Task<SiloLoad> Load() => replicas.Load();

    /// <summary>
    /// Starts to listen to changes of the membership, and starts the background work for the runs.
    /// </summary>
    protected override Task StartInBackground()
    {
        if (!membership.SubscribeToSiloStatusEvents(this))
        {
            throw new InvalidOperationException("Membership events cannot be had.");
        }

        upkeep.Begin(StoppedCancellationTokenSource.Token);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Asks for all runs of this silo when another silo is lost. If the run grain of a run was on
    /// the lost silo, the call activates it elsewhere, and its record tells it to continue the run.
    /// </summary>
    void ISiloStatusListener.SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (status == SiloStatus.Dead)
        {
            foreach (var runId in upkeep.RunIds)
            {
                LogWake(runId, updatedSilo);
                upkeep.AskFor(runId).Ignore();
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Silo {Silo} is dead: run {RunId} is asked for, in case it was there")]
    private partial void LogWake(string runId, SiloAddress silo);
}

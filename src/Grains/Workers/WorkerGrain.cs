using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Grains.Replicas;
using Mnist.Distributed.Grains.Telemetry;
using Mnist.Distributed.Training.Gradients;
using Mnist.Distributed.Training.Vectors;
using Orleans.Concurrency;

namespace Mnist.Distributed.Grains.Workers;

/// <inheritdoc cref="IWorkerGrain" />
[StatelessWorker(1), KeepAlive]
public sealed class WorkerGrain : Grain, IWorkerGrain, IWorker
{
    private readonly ReplicaRegistry _registry;
    private readonly TrainingTelemetry _telemetry;
    private readonly string _runId;
    private readonly int _worker;
    private LocalWorkers? _workers;
    private GradientComputation? _computation;

    /// <summary>The worker that the grain's key names.</summary>
    public WorkerGrain(IGrainContext context, ReplicaRegistry registry, TrainingTelemetry telemetry)
    {
        _registry = registry;
        _telemetry = telemetry;
        var (runId, worker) = RunKey.Parse(context.GrainId);
        (_runId, _worker) = (runId, (int)worker);
    }

    /// <inheritdoc />
    public FlatVector Gradient => Computation.Gradient;

    /// <summary>Shard and gradient, made at the first step that this silo computes for the worker.</summary>
    private GradientComputation Computation => _computation ??= Begin(_workers ?? throw new InvalidOperationException($"Worker {_worker} of run {_runId} is not active."));

    /// <inheritdoc />
    public ValueTask Activate()
    {
        try
        {
            _workers = _registry.WorkersOf(_runId);
        }
        catch (InvalidOperationException)
        {
            // The run was over before its worker came, and nobody will dismiss the worker.
            Dismiss();
            throw;
        }

        _workers.Enter(_worker, this);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public GradientNode Compute(long step, string? traceParent)
    {
        using var activity = _telemetry.StartWorker(_runId, step, _worker, traceParent);
        var totals = Computation.Compute(step);
        TrainingTelemetry.Describe(activity, totals);
        return new GradientNode(_worker, _worker + 1, Gradient.Wire, totals);
    }

    /// <inheritdoc />
    public void ReplaceBuffers()
    {
        _computation?.Dispose();
        _computation = null;
    }

    /// <inheritdoc />
    public void Dismiss() => GrainContext.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "The run is over on this silo."));

    /// <inheritdoc />
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // The replica may be computing with this worker at the moment, so the replica ends the computation, not the grain.
        _workers?.Leave(_worker, this);
        return Task.CompletedTask;
    }

    private GradientComputation Begin(LocalWorkers workers)
    {
        var (setup, samples, parameters, isShared) = workers.Inputs;
        return new GradientComputation(setup, samples, parameters, _worker, isShared);
    }
}

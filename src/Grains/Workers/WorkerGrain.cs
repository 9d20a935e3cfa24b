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

    /// <summary>Creates the grain. Its key says the run and the index of the worker.</summary>
    public WorkerGrain(IGrainContext context, ReplicaRegistry registry, TrainingTelemetry telemetry)
    {
        _registry = registry;
        _telemetry = telemetry;
        var (runId, worker) = RunKey.Parse(context.GrainId);
        (_runId, _worker) = (runId, (int)worker);
    }

    /// <inheritdoc />
    public FlatVector Gradient => Computation.Gradient;

    /// <summary>
    /// The shard and the gradient. They are created at the first step that this silo computes for
    /// the worker, so a worker that only stands by takes no memory.
    /// </summary>
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
            // The run ended before this worker was active, so the replica does not know the worker
            // and cannot end it.
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
        RunTrace.Describe(activity, totals);
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
        // The replica may be using this worker at the moment, so the grain does not free the
        // gradient here. The replica frees it with <see cref="ReplaceBuffers"/>.
        _workers?.Leave(_worker, this);
        return Task.CompletedTask;
    }

    private GradientComputation Begin(LocalWorkers workers)
    {
        var (setup, samples, parameters, isShared) = workers.Inputs;
        return new GradientComputation(setup, samples, parameters, _worker, isShared);
    }
}

using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Grains.Replicas;
using Mnist.Distributed.Grains.Telemetry;
using Mnist.Distributed.Training.Gradients;
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
    private WorkerGradients? _gradients;

    /// <summary>The worker that the grain's key names.</summary>
    public WorkerGrain(IGrainContext context, ReplicaRegistry registry, TrainingTelemetry telemetry)
    {
        _registry = registry;
        _telemetry = telemetry;
        var (runId, worker) = RunKey.Parse(context.GrainId);
        (_runId, _worker) = (runId, (int)worker);
    }

    /// <inheritdoc />
    public ValueTask Activate()
    {
        try
        {
            _gradients = _registry.GradientsOf(_runId);
        }
        catch (InvalidOperationException)
        {
            // The run was over before its worker came, and nobody will dismiss it.
            Dismiss();
            throw;
        }

        _gradients.Enter(_worker, this);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public GradientNode Compute(GradientComputation computation, long step, string? traceParent)
    {
        using var activity = _telemetry.StartWorker(_runId, step, _worker, traceParent);
        var node = new GradientNode(_worker, _worker + 1, computation.Gradient.Wire, computation.Compute(step));
        TrainingTelemetry.Describe(activity, node.Totals);
        return node;
    }

    /// <inheritdoc />
    public void Dismiss() => GrainContext.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "The run is over on this silo."));

    /// <inheritdoc />
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _gradients?.Leave(_worker, this);
        _gradients = null;
        return Task.CompletedTask;
    }
}

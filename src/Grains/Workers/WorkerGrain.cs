using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Grains.Compute;
using Mnist.Distributed.Grains.Replicas;
using Mnist.Distributed.Grains.Telemetry;
using Orleans.Concurrency;

namespace Mnist.Distributed.Grains.Workers;

/// <inheritdoc cref="IWorkerGrain" />
[StatelessWorker(1)]
public sealed class WorkerGrain : Grain, IWorkerGrain
{
    private readonly ReplicaRegistry _registry;
    private readonly ComputePool _compute;
    private readonly TrainingTelemetry _telemetry;
    private readonly string _runId;
    private readonly int _worker;

    /// <summary>The worker that the grain's key names.</summary>
    public WorkerGrain(IGrainContext context, ReplicaRegistry registry, ComputePool compute, TrainingTelemetry telemetry)
    {
        _registry = registry;
        _compute = compute;
        _telemetry = telemetry;
        var (runId, worker) = RunKey.Parse(context.GrainId);
        (_runId, _worker) = (runId, (int)worker);
    }

    /// <inheritdoc />
    public ValueTask Activate() => ValueTask.CompletedTask;

    /// <inheritdoc />
    public async ValueTask<GradientNode> ComputeGradient(long step, string? traceParent)
    {
        using var activity = _telemetry.StartWorker(_runId, step, _worker, traceParent);
        var gradients = _registry.GradientsOf(_runId);
        var node = await _compute.RunHere(() =>
        {
            var computation = gradients.ComputationOf(_worker);
            var totals = computation.Compute(step);
            return new GradientNode(_worker, _worker + 1, computation.Gradient.Wire, totals);
        });
        TrainingTelemetry.Describe(activity, node.Totals);
        return node;
    }
}

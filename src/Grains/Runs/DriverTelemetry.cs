using System.Diagnostics;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Grains.Cluster;
using Mnist.Distributed.Grains.Telemetry;

namespace Mnist.Distributed.Grains.Runs;

/// <summary>The spans and the metrics of the driver of a run.</summary>
/// <param name="telemetry">Makes spans.</param>
/// <param name="runId">The run.</param>
/// <param name="silo">The silo of the driver.</param>
public sealed class DriverTelemetry(TrainingTelemetry telemetry, string runId, SiloView silo)
{
    private RunTrace _trace = telemetry.TraceOf(runId, null);
    private CheckpointMetrics? _metrics;
    private Activity? _run;
    private Activity? _handover;

    /// <summary>
    /// The span that has caused the work, as W3C trace context, if it is not the root of the trace
    /// of the run; or null.
    /// </summary>
    public string? Cause { get; set; }

    /// <summary>The root of the trace of the run, as W3C trace context, or null.</summary>
    /// <param name="caller">Trace context of the caller who starts the run, or null.</param>
    public string? RootOf(string? caller) => telemetry.RootOf(runId, caller);

    /// <summary>Begins to drive.</summary>
    /// <param name="plan">The plan of the run.</param>
    /// <param name="root">The root of the trace of the run, or null.</param>
    public void Begin(TrainingPlan plan, string? root)
    {
        _trace = telemetry.TraceOf(runId, root);
        _metrics = new CheckpointMetrics(runId, plan);
        _run = telemetry.StartRun(_trace, plan, Cause);
    }

    /// <summary>Starts the span of an epoch.</summary>
    public Activity? StartEpoch(int epoch) => _trace.Start("epoch")?.SetTag(TelemetryNames.Epoch, epoch);

    /// <summary>Reads and stores a checkpoint within a span.</summary>
    /// <param name="step">The step of the checkpoint.</param>
    /// <param name="work">Reads and stores it.</param>
    public async Task Checkpoint(long step, Func<Task> work)
    {
        var start = silo.Time.GetTimestamp();
        using var activity = _trace.Start("checkpoint")?.SetTag(TelemetryNames.Step, step);
        await work();
        _metrics?.Checkpointed(silo.Time.GetElapsedTime(start));
    }

    /// <summary>Notes the result of an evaluation.</summary>
    public void Evaluated(EvaluationResult result) => _metrics?.Evaluated(result);

    /// <summary>Notes that another parameter server is named.</summary>
    /// <param name="generation">Its generation.</param>
    /// <param name="incident">Why, and on which silo.</param>
    public void HandOver(RunGeneration generation, Incident incident)
    {
        _handover ??= _trace.Start("handover");
        RunTrace.Describe(_handover, incident);
        _handover?.SetTag("mnist.generation", generation.Number);
    }

    /// <summary>Notes that a parameter server has answered, which ends a failover.</summary>
    public void Answered()
    {
        _handover?.Dispose();
        _handover = null;
    }

    /// <summary>Ends the span and the series of the run.</summary>
    /// <param name="status">How the run has ended.</param>
    /// <param name="message">Why it has failed, or null.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="weights">The result; null if there is none.</param>
    public void End(RunStatus status, string? message, TrainingPlan plan, RunWeights? weights)
    {
        if (_run is not null)
        {
            telemetry.EndRun(_run, status, message, plan, weights, silo.Name);
        }

        End(SnakeCase.Of(status));
    }

    /// <summary>Ends the same, because another silo drives the run.</summary>
    public void GiveWay() => End("moved");

    private void End(string outcome)
    {
        Answered();
        _run?.SetTag("mnist.outcome", outcome).Dispose();
        _metrics?.Dispose();
        (_run, _metrics) = (null, null);
    }
}

using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Grains.Telemetry;

/// <summary>
/// Owns the spans and the instruments of the project. A run is one trace: run, epoch, and for
/// sampled steps also step, replica and worker. The trace context travels inside the messages of
/// the project, so steps that are not sampled cost nothing.
/// </summary>
public sealed class TrainingTelemetry : IDisposable
{
    /// <summary>Name of the activity source and of the meter.</summary>
    public const string Name = "Mnist.Distributed";

    private readonly ActivitySource _source = new(Name);
    private readonly Meter _meter;
    private readonly Counter<long> _images;
    private readonly Counter<long> _steps;
    private readonly Histogram<double> _stepDuration;
    private readonly Counter<long> _gradientBytes;
    private readonly Gauge<double> _loss;
    private readonly TracingOptions _options;

    /// <summary>Creates the source and the instruments.</summary>
    public TrainingTelemetry(IMeterFactory meters, IOptions<TracingOptions> options)
    {
        _options = options.Value;
        _meter = meters.Create(Name);
        _images = _meter.CreateCounter<long>("mnist.images", "{image}", "Training samples of committed steps.");
        _steps = _meter.CreateCounter<long>("mnist.steps", "{step}", "Committed steps.");
        _stepDuration = _meter.CreateHistogram<double>("mnist.step.duration", "s", "Time from one committed step to the next.");
        _gradientBytes = _meter.CreateCounter<long>("mnist.gradient.bytes", "By", "Bytes of the vectors the parameter server summed.");
        _loss = _meter.CreateGauge<double>("mnist.loss", "1", "Mean loss of the newest committed step.");
    }

    /// <summary>Starts the span of a run.</summary>
    public Activity? StartRun(string runId, TrainingPlan plan, string? parent)
    {
        var activity = Start("run", parent, runId);
        activity?.SetTag("mnist.model", plan.Model)
            .SetTag("mnist.dataset", plan.DataSet)
            .SetTag("mnist.workers", plan.Workers)
            .SetTag("mnist.epochs", plan.Epochs)
            .SetTag("mnist.batch_size", plan.BatchSize);
        return activity;
    }

    /// <summary>Starts the span of an epoch.</summary>
    public Activity? StartEpoch(string runId, int epoch, string? parent) => Start("epoch", parent, runId)?.SetTag("mnist.epoch", epoch);

    /// <summary>Starts the span of an evaluation.</summary>
    public Activity? StartEvaluation(string runId, string? parent) => Start("evaluate", parent, runId);

    /// <summary>Starts the span of a step; null when the step is not sampled.</summary>
    public Activity? StartStep(string runId, long step, string? parent) =>
        parent is not null && _options.IsSampled(step) ? Start("step", parent, runId)?.SetTag("mnist.step", step) : null;

    /// <summary>
    /// Starts the span of the share of a silo in a step; null when the step is not sampled.
    /// </summary>
    public Activity? StartReplica(StepRequest request, string silo) => request.TraceParent is null
        ? null
        : Start("replica", request.TraceParent, request.Generation.RunId)?
            .SetTag("mnist.step", request.Step)
            .SetTag("mnist.silo", silo)
            .SetTag("mnist.workers", request.EndWorker - request.FirstWorker);

    /// <summary>
    /// Starts the span of the share of a silo in an evaluation; null when the evaluation is not
    /// traced.
    /// </summary>
    public Activity? StartReplica(EvaluationRequest request, string silo) => request.TraceParent is null
        ? null
        : Start("replica", request.TraceParent, request.Generation.RunId)?
            .SetTag("mnist.step", request.Step)
            .SetTag("mnist.silo", silo)
            .SetTag("mnist.chunks", request.EndChunk - request.FirstChunk);

    /// <summary>
    /// Starts the span of the computation of a worker; null when the step is not sampled.
    /// </summary>
    public Activity? StartWorker(string runId, long step, int worker, string? parent) => parent is null
        ? null
        : Start("compute", parent, runId)?.SetTag("mnist.step", step).SetTag("mnist.worker", worker);

    /// <summary>Adds the number of samples and the loss to a span.</summary>
    public static void Describe(Activity? activity, StepTotals totals) =>
        activity?.SetTag("mnist.samples", totals.Samples).SetTag("mnist.loss", totals.Loss);

    /// <summary>Adds a committed step to the instruments.</summary>
    public void Committed(StepTotals totals, long gradientBytes, TimeSpan duration)
    {
        _images.Add(totals.Samples);
        _steps.Add(1);
        _gradientBytes.Add(gradientBytes);
        _stepDuration.Record(duration.TotalSeconds);
        _loss.Record(totals.Loss);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _source.Dispose();
        _meter.Dispose();
    }

    private Activity? Start(string name, string? parent, string runId)
    {
        if (!_source.HasListeners())
        {
            return null;
        }

        _ = ActivityContext.TryParse(parent, null, isRemote: true, out var context);
        return _source.StartActivity(name, ActivityKind.Internal, context)?.SetTag("mnist.run.id", runId);
    }
}

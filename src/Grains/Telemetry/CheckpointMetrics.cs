using System.Diagnostics.Metrics;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Grains.Telemetry;

/// <summary>The metrics of the evaluations and checkpoints of a run, on its driver.</summary>
public sealed class CheckpointMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly KeyValuePair<string, object?>[] _attributes;
    private readonly KeyValuePair<string, object?>[] _metricAttributes;
    private readonly Gauge<double> _loss;
    private readonly Gauge<double> _metric;
    private readonly Histogram<double> _checkpoint;

    /// <summary>Creates the instruments.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="plan">Its plan.</param>
    public CheckpointMetrics(string runId, TrainingPlan plan)
    {
        _meter = RunMeter.Of(runId, $"checkpoints/{Guid.NewGuid():N}");
        _attributes = RunMeter.Attributes(runId, plan);
        _metricAttributes = [.. _attributes, new("mnist.metric", plan.Metric.Name)];
        _loss = _meter.CreateGauge<double>("mnist.evaluation.loss", "1", "Loss on the test images after the last epoch.");
        _metric = _meter.CreateGauge<double>("mnist.evaluation.metric", "1", "Metric on the test images after the last epoch.");
        _checkpoint = _meter.CreateHistogram("mnist.checkpoint.duration", "s", "Time to read the state and to write it to the store.", tags: null, Buckets.Seconds);
    }

    /// <summary>Adds an evaluation.</summary>
    public void Evaluated(EvaluationResult result)
    {
        _loss.Record(result.Loss, _attributes);
        _metric.Record(result.Metric, _metricAttributes);
    }

    /// <summary>Adds a checkpoint.</summary>
    public void Checkpointed(TimeSpan duration) => _checkpoint.Record(duration.TotalSeconds, _attributes);

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();
}

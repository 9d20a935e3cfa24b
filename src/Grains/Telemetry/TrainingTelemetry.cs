using System.Diagnostics;
using Microsoft.Extensions.Options;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Plugins;
using Orleans.Configuration;

namespace Mnist.Distributed.Grains.Telemetry;

/// <summary>
/// Owns the spans of the project. A run is one trace, and its root is a short span that is sent
/// when the run starts. All other spans refer to the root, which is in the record of the run. So a
/// lost process takes only the spans with it that it had not sent. The trace context travels inside
/// the messages of the project, so steps that are not sampled cost nothing.
/// </summary>
public sealed class TrainingTelemetry : IDisposable
{
    /// <summary>Name of the activity source and of the meters.</summary>
    public const string Name = "Mnist.Distributed";

    private readonly ActivitySource _source = new(Name);
    private readonly TracingOptions _options;
    private readonly TimeProvider _time;
    private readonly ModelFolder _models;
    private readonly string? _cluster;

    /// <summary>Creates the source.</summary>
    /// <param name="options">Which steps are traced.</param>
    /// <param name="time">The clock.</param>
    /// <param name="models">The models of plans.</param>
    /// <param name="cluster">Names the cluster; null if there is none.</param>
    public TrainingTelemetry(IOptions<TracingOptions> options, TimeProvider time, ModelFolder models, IOptions<ClusterOptions>? cluster = null)
    {
        _models = models;
        _options = options.Value;
        _time = time;
        _cluster = cluster?.Value.ClusterId;
    }

    /// <summary>The root of the trace of a run that starts.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="root">The root that the caller has made, as W3C trace context; or null.</param>
    /// <returns>
    /// The caller's root, or a new one; null if the caller has none and nobody records spans here.
    /// </returns>
    public string? RootOf(string runId, string? root)
    {
        if (root is not null)
        {
            return root;
        }

        using var activity = _source.StartActivity("started")?.SetTag(TelemetryNames.Run, runId);
        return activity?.Id;
    }

    /// <summary>The spans of a run.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="root">
    /// The root of its trace, as W3C trace context; null if the run is not traced.
    /// </param>
    public RunTrace TraceOf(string runId, string? root) => new(_source, _time, runId, root);

    /// <summary>The spans of the steps of a run.</summary>
    /// <inheritdoc cref="TraceOf" />
    public StepTrace StepsOf(string runId, string? root) => new(TraceOf(runId, root), _options, _time);

    /// <summary>Starts the span of the work of a driver on a run.</summary>
    /// <param name="trace">The run.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="cause">
    /// The span that has caused the work, as W3C trace context, if it is not the root; or null.
    /// </param>
    public Activity? StartRun(RunTrace trace, TrainingPlan plan, string? cause)
    {
        var activity = trace.Start("run");
        if (activity is not null && ActivityContext.TryParse(cause, null, isRemote: true, out var context))
        {
            activity.AddLink(new ActivityLink(context));
        }

        return activity?.SetTag("mnist.cluster", _cluster)
            .SetTag(TelemetryNames.Model, plan.Model)
            .SetTag("mnist.dataset", plan.DataSet)
            .SetTag("mnist.plan.workers", plan.Workers)
            .SetTag("mnist.plan.epochs", plan.Epochs)
            .SetTag("mnist.plan.batch_size", plan.BatchSize);
    }

    /// <summary>Ends the span of the work of a driver on a run that is over.</summary>
    /// <param name="run">The span.</param>
    /// <param name="status">How the run has ended.</param>
    /// <param name="message">Why it has failed, or null.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="weights">The result; null if there is none.</param>
    /// <param name="silo">Name of the silo, for messages.</param>
    public void EndRun(Activity run, RunStatus status, string? message, TrainingPlan plan, RunWeights? weights, string silo)
    {
        if (status == RunStatus.Failed)
        {
            run.SetStatus(ActivityStatusCode.Error, message);
        }

        if (weights is null)
        {
            return;
        }

        try
        {
            var catalogue = _models.CatalogueFor(plan, silo);
            run.SetTag("mnist.weights.sha256", ModelWeights.Sha256(TrainingSetup.Of(plan, catalogue), weights.State, weights.NamedEpoch));
        }
        catch (InvalidInputException missing)
        {
            // A file that the run was started with is gone. The result does not depend on it.
            run.SetTag("mnist.weights.unknown", missing.Message);
        }
    }

    /// <summary>
    /// Starts the span of the share of a silo in a step; null when the step is not traced.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="silo">Name of the silo.</param>
    /// <param name="since">Time since the request has come.</param>
    /// <param name="update">The part of this time in which the update was applied.</param>
    public Activity? StartReplica(StepRequest request, string silo, TimeSpan since, TimeSpan update) => request.TraceParent is null
        ? null
        : TraceOf(request.Generation.RunId, request.TraceParent).Start("replica", since)?
            .SetTag(TelemetryNames.Step, request.Step)
            .SetTag(TelemetryNames.Silo, silo)
            .SetTag("mnist.workers", request.EndWorker - request.FirstWorker)
            .SetTag("mnist.update.seconds", update.TotalSeconds);

    /// <summary>
    /// Starts the span of the share of a silo in an evaluation; null when the evaluation is not
    /// traced.
    /// </summary>
    public Activity? StartReplica(EvaluationRequest request, string silo) => request.TraceParent is null
        ? null
        : TraceOf(request.Generation.RunId, request.TraceParent).Start("replica")?
            .SetTag(TelemetryNames.Step, request.Step)
            .SetTag(TelemetryNames.Silo, silo)
            .SetTag("mnist.chunks", request.EndChunk - request.FirstChunk);

    /// <summary>
    /// Starts the span of the computation of a worker; null when the step is not traced.
    /// </summary>
    public Activity? StartWorker(string runId, long step, int worker, string? parent) => parent is null
        ? null
        : TraceOf(runId, parent).Start("compute")?.SetTag(TelemetryNames.Step, step).SetTag("mnist.worker", worker);

    /// <inheritdoc />
    public void Dispose() => _source.Dispose();
}

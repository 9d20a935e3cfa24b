using System.Diagnostics;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Grains.Telemetry;

/// <summary>Starts the spans of one run.</summary>
/// <param name="source">The source of spans.</param>
/// <param name="time">The clock.</param>
/// <param name="runId">The run.</param>
/// <param name="parent">
/// The parent of the spans, as W3C trace context; null if the run is not traced.
/// </param>
public sealed class RunTrace(ActivitySource source, TimeProvider time, string runId, string? parent)
{
    /// <summary>Starts a span; null if nobody records it.</summary>
    /// <param name="name">Name of the span.</param>
    /// <param name="since">Time since its start.</param>
    public Activity? Start(string name, TimeSpan since = default) =>
        parent is not null && source.HasListeners() && ActivityContext.TryParse(parent, null, isRemote: true, out var context)
            ? source.StartActivity(name, ActivityKind.Internal, context, startTime: time.GetUtcNow() - since)?.SetTag(TelemetryNames.Run, runId)
            : null;

    /// <summary>Starts a span under another span of the run.</summary>
    /// <param name="name">Name of the span.</param>
    /// <param name="under">The other span; null starts none.</param>
    public Activity? Start(string name, Activity? under) => under is null ? null : new RunTrace(source, time, runId, under.Id).Start(name);

    /// <summary>
    /// Writes an incident that holds up no step as a span without a duration. The span has the name
    /// of the incident, except that a run that has moved is a handover.
    /// </summary>
    /// <param name="incident">The incident.</param>
    /// <param name="note">
    /// Notes the incident elsewhere; null if nobody does. What it logs and measures gets the
    /// context of the span.
    /// </param>
    public void Mark(Incident incident, Action<Incident>? note = null)
    {
        using var activity = Start(incident.Kind == IncidentKind.Moved ? "handover" : SnakeCase.Of(incident.Kind));
        Describe(activity, incident);
        note?.Invoke(incident);
    }

    /// <summary>
    /// Adds an incident to a span as an event. A disturbance also gives the span the status Error.
    /// </summary>
    public static void Describe(Activity? activity, Incident incident)
    {
        if (activity is null)
        {
            return;
        }

        var kind = SnakeCase.Of(incident.Kind);
        activity.AddEvent(new ActivityEvent(kind, tags: new ActivityTagsCollection
        {
            { TelemetryNames.IncidentKind, kind },
            { TelemetryNames.Silo, incident.Silo },
            { TelemetryNames.Step, incident.Step },
            { "mnist.incident.reason", incident.Reason },
        }));
        if (incident.Kind.IsDisturbance() && activity.Status == ActivityStatusCode.Unset)
        {
            activity.SetStatus(ActivityStatusCode.Error, $"{incident.Silo} {kind}: {incident.Reason}");
        }
    }

    /// <summary>Adds the number of samples and the loss to a span.</summary>
    public static void Describe(Activity? activity, StepTotals totals) =>
        activity?.SetTag("mnist.samples", totals.Samples).SetTag("mnist.loss", totals.Loss);
}

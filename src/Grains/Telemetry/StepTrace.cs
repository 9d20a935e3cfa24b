using System.Diagnostics;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Grains.Telemetry;

/// <summary>
/// The spans of the steps of a run on its parameter server: <c>step</c> for sampled and for
/// disturbed steps, <c>attempt</c> for each round after the first one, and <c>recovery</c> from the
/// last commit before a disturbance to the next one. Not thread-safe.
/// </summary>
/// <param name="run">The run.</param>
/// <param name="options">Which steps are sampled.</param>
/// <param name="time">The clock.</param>
public sealed class StepTrace(RunTrace run, TracingOptions options, TimeProvider time)
{
    private readonly List<Activity> _attempts = [];
    private Activity? _outer;
    private Activity? _step;
    private Activity? _recovery;
    private long _begun;
    private long _number;

    /// <summary>The parent of the spans of replicas; null if the step is not traced.</summary>
    public string? Parent => (_attempts.LastOrDefault() ?? _step)?.Id;

    /// <summary>Whether the step in progress has a span.</summary>
    public bool IsTraced => _step is not null;

    /// <summary>Begins a step.</summary>
    /// <param name="step">The step, counted from the start of the run.</param>
    public void Begin(long step)
    {
        (_outer, _number, _begun) = (Activity.Current, step, time.GetTimestamp());
        if (options.IsSampled(step))
        {
            Open();
        }
    }

    /// <summary>
    /// Notes that silos are asked again for what is missing of the step. From now on the step is
    /// traced.
    /// </summary>
    public void Retry()
    {
        Open();
        _attempts.LastOrDefault()?.Stop();
        if (run.Start("attempt", _step) is { } attempt)
        {
            _attempts.Add(attempt.SetTag(TelemetryNames.Step, _number).SetTag("mnist.attempt", _attempts.Count + 2));
        }
    }

    /// <summary>Adds an incident to the recovery, which is begun if there is none.</summary>
    /// <param name="incident">The incident.</param>
    /// <param name="sinceCommit">Time since the last commit.</param>
    /// <param name="note">
    /// Notes the incident elsewhere. What it logs and measures gets the context of the recovery.
    /// </param>
    public void Disturb(Incident incident, TimeSpan sinceCommit, Action<Incident> note)
    {
        var current = Activity.Current;
        _recovery ??= run.Start("membership", sinceCommit);
        RunTrace.Describe(_recovery, incident);
        if (_recovery is not null && incident.Kind.IsDisturbance())
        {
            _recovery.DisplayName = "recovery";
        }

        using (EnterRecovery())
        {
            note(incident);
        }

        Activity.Current = current;
    }

    /// <summary>
    /// Makes the recovery the current span, if there is one. A disturbed step need not have been
    /// sampled, so there may be no other span that its metrics can refer to.
    /// </summary>
    public CurrentSpan EnterRecovery() => new(_recovery);

    /// <summary>Ends the spans of a step.</summary>
    /// <param name="totals">The totals of the step.</param>
    /// <param name="times">What took how long; null if it was not measured.</param>
    public void End(StepTotals totals, StepTimes? times)
    {
        if (_recovery is not null)
        {
            Open();
        }

        if (_step is null)
        {
            return;
        }

        RunTrace.Describe(_step, totals);
        times?.Describe(_step);
        if (!double.IsFinite(totals.Loss))
        {
            _step.SetStatus(ActivityStatusCode.Error, "the loss is not a finite number");
        }

        foreach (var cause in _attempts.Prepend(_step))
        {
            _recovery?.AddLink(new ActivityLink(cause.Context));
        }

        _recovery?.SetTag(TelemetryNames.Step, _number);
        Close();
    }

    /// <summary>Ends all spans, because nobody continues the step here.</summary>
    public void Abandon() => Close();

    private void Open() => _step ??= run.Start("step", time.GetElapsedTime(_begun))?.SetTag(TelemetryNames.Step, _number);

    private void Close()
    {
        _recovery?.Stop();
        _attempts.LastOrDefault()?.Stop();
        _step?.Stop();
        _attempts.Clear();
        (_step, _recovery) = (null, null);
        Activity.Current = _outer;
    }
}

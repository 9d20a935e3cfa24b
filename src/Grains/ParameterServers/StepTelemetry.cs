using System.Diagnostics;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Telemetry;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>The spans and the metrics of a parameter server.</summary>
/// <param name="telemetry">Makes spans.</param>
/// <param name="generation">The generation of the parameter server.</param>
/// <param name="handover">Plan and trace of the run.</param>
/// <param name="time">The clock.</param>
public sealed class StepTelemetry(TrainingTelemetry telemetry, RunGeneration generation, RunHandover handover, TimeProvider time) : IDisposable
{
    private readonly RunTrace _run = telemetry.TraceOf(generation.RunId, handover.TraceParent);
    private readonly StepTrace _trace = telemetry.StepsOf(generation.RunId, handover.TraceParent);
    private readonly StepMetrics _metrics = new(generation, handover.Plan);
    private readonly StepMeter _meter = new(time);
    private readonly SiloPaces _paces = new();

    /// <inheritdoc cref="SiloPaces.All" />
    public IReadOnlyList<SiloPace> Paces => _paces.All;

    /// <inheritdoc cref="StepTrace.Parent" />
    public string? Parent => _trace.Parent;

    /// <summary>Begins a step.</summary>
    public void Begin(long step)
    {
        _trace.Begin(step);
        _meter.Begin(_trace.IsTraced || _metrics.IsWanted || SiloPaces.Measures(step));
    }

    /// <inheritdoc cref="StepTrace.Retry" />
    public void Retry() => _trace.Retry();

    /// <inheritdoc cref="StepMeter.Asked" />
    public void Asked(Participant participant, int numbers, Task call) => _meter.Asked(participant, numbers, call);

    /// <inheritdoc cref="StepMeter.Answered(Participant, StepReply)" />
    public void Answered(Participant participant, StepReply reply) => _meter.Answered(participant, reply);

    /// <inheritdoc cref="StepMeter.Answered(IReadOnlyList{SliceReply})" />
    public void Answered(IReadOnlyList<SliceReply> slices) => _meter.Answered(slices);

    /// <summary>Ends a step.</summary>
    /// <param name="update">The sum of the step.</param>
    /// <param name="nodes">Number of vectors that were summed.</param>
    /// <param name="duration">
    /// Time since the commit before; null if the step is not committed.
    /// </param>
    /// <param name="incidents">What has happened in this time.</param>
    /// <param name="gathered">Timestamp after the last answer.</param>
    /// <param name="summed">Timestamp after the sum was completed.</param>
    public void End(StepUpdate update, int nodes, TimeSpan? duration, Incident[] incidents, long gathered, long summed)
    {
        var isMeasured = SiloPaces.Measures(update.Step);
        var times = isMeasured || _trace.IsTraced || incidents.Length > 0 ? _meter.Read(gathered, summed) : null;
        if (duration is { } took)
        {
            if (isMeasured && times is not null && update.Record is { } record)
            {
                _paces.Add(times, record.Shares);
            }

            var bytes = (long)update.Gradient.Length * sizeof(float) * nodes;
            _metrics.Committed(update.Totals, bytes, _meter.Memory, _meter.Socket);
            using var recovery = _trace.EnterRecovery();
            _metrics.Took(took, Array.Exists(incidents, incident => incident.Kind.IsDisturbance()), isMeasured ? times : null);
        }

        _trace.End(update.Totals, times);
    }

    /// <summary>Shows an incident that holds up the step in progress.</summary>
    /// <param name="incident">The incident.</param>
    /// <param name="sinceCommit">Time since the last commit.</param>
    /// <param name="log">
    /// Logs the incident; the log record gets the context of the recovery.
    /// </param>
    public void Disturb(Incident incident, TimeSpan sinceCommit, Action<Incident> log) => _trace.Disturb(incident, sinceCommit, Noted(log));

    /// <summary>
    /// Shows an incident of a start that has failed. Its step is that of the newest checkpoint,
    /// because the start has not come to a later one.
    /// </summary>
    /// <param name="incident">The incident.</param>
    /// <param name="log">Logs the incident; the log record gets the context of its span.</param>
    public void Mark(Incident incident, Action<Incident> log) => _run.Mark(incident with { Step = handover.Checkpoint?.Step ?? 0 }, Noted(log));

    /// <summary>Starts the span of an evaluation; null if nobody records it.</summary>
    /// <param name="step">The step of the parameters.</param>
    public Activity? StartEvaluation(long step) => _run.Start("evaluate")?
        .SetTag(TelemetryNames.Step, step)
        .SetTag(TelemetryNames.Epoch, step / handover.Plan.StepsPerEpoch)
        .SetTag("mnist.metric", handover.Plan.Metric.Name);

    /// <summary>Ends all spans and series.</summary>
    public void Dispose()
    {
        _trace.Abandon();
        _metrics.Dispose();
    }

    /// <summary>Counts an incident and logs it, so both refer to the same span.</summary>
    private Action<Incident> Noted(Action<Incident> log) => incident =>
    {
        _metrics.Note(incident);
        log(incident);
    };
}

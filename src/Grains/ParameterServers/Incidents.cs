using System.Runtime.InteropServices;
using Mnist.Distributed.Contracts.Ledgers;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>The incidents of a run on its parameter server.</summary>
/// <param name="step">The step in progress.</param>
/// <param name="clock">Knows the time since the last commit.</param>
/// <param name="telemetry">Shows incidents.</param>
/// <param name="log">
/// Receives each incident when it happens, or when the step is known in which it happens. Its
/// duration is not known yet.
/// </param>
public sealed class Incidents(Func<long> step, StepClock clock, StepTelemetry telemetry, Action<Incident> log) : IIncidentLog
{
    private readonly List<Incident> _pending = [];
    private readonly List<Incident> _committed = [];
    private bool _isOpen;

    /// <summary>Whether something has happened since the last commit.</summary>
    public bool ArePending => _pending.Count > 0;

    /// <summary>The incidents of the committed steps that are not durable yet.</summary>
    public IReadOnlyList<Incident> NotDurable => [.. _committed];

    /// <inheritdoc />
    public void Note(IncidentKind kind, string silo, string reason)
    {
        _pending.Add(new Incident(step(), kind, silo, reason, 0, clock.Now));

        // The step is not known before there is a state. Begin shows the incident then.
        if (_isOpen)
        {
            telemetry.Disturb(_pending[^1], clock.SinceCommit, log);
        }
    }

    /// <summary>
    /// Begins with the incidents of a state. Every silo joins at the start of a generation, so such
    /// incidents are dropped, and only refusals remain.
    /// </summary>
    public void Begin(IEnumerable<Incident> known)
    {
        _committed.AddRange(known);
        _pending.RemoveAll(incident => incident.Kind == IncidentKind.Joined);
        _isOpen = true;
        foreach (ref var incident in CollectionsMarshal.AsSpan(_pending))
        {
            incident = incident with { Step = step() };
            telemetry.Disturb(incident, clock.SinceCommit, log);
        }
    }

    /// <summary>The incidents of a step that ends.</summary>
    /// <param name="duration">The time that they have cost together.</param>
    public Incident[] Of(TimeSpan duration) =>
        _pending.Count == 0 ? [] : [.. _pending.Select(incident => incident with { Step = step(), Seconds = duration.TotalSeconds })];

    /// <summary>Notes that the step of some incidents is committed.</summary>
    public void Commit(Incident[] incidents)
    {
        _pending.Clear();
        _committed.AddRange(incidents);
    }

    /// <summary>Drops the incidents before a step, because they are durable.</summary>
    public void DropBefore(long durableStep) => _committed.RemoveAll(incident => incident.Step < durableStep);

    /// <summary>Ends. If there was no beginning, this shows why the start has failed.</summary>
    public void End()
    {
        foreach (var incident in _pending.Where(incident => !_isOpen && incident.Kind != IncidentKind.Joined))
        {
            telemetry.Mark(incident, log);
        }
    }
}

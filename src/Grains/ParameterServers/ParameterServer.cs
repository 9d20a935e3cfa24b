using System.Diagnostics;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Telemetry;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// The step protocol: asks the replicas for their shares of a step, directly or in slices, gives the shares of late or lost ones to others, completes the sum,
/// commits. Knows neither grains nor wall clocks, so the very same code runs in a simulation. Used by one logical thread.
/// </summary>
public sealed partial class ParameterServer : IIncidentLog
{
    private static readonly TimeSpan LongestTurn = TimeSpan.FromMilliseconds(50);

    private readonly RunAttempt _attempt;
    private readonly RunHandover _handover;
    private readonly TrainingPlan _plan;
    private readonly string _silo;
    private readonly IRoster _roster;
    private readonly TimeProvider _time;
    private readonly TrainingTelemetry _telemetry;
    private readonly IIncidentLog _log;
    private readonly Membership _membership;
    private readonly Lateness _steps;
    private readonly StepWork _work;
    private readonly Gathering<StepReply> _gradients;
    private readonly Gathering<EvaluationReply> _evaluations;
    private readonly SliceGathering _slices;
    private readonly StepSum _sum;
    private readonly List<Incident> _pending = [];
    private readonly List<Incident> _incidents = [];
    private StepUpdate? _update;
    private StepUpdate? _nearUpdate;
    private long _durableStep;
    private long _lastGlance;
    private long _lastBreath;
    private long _lastCounted;
    private long _lastCommit;
    private long _lastBusy;

    /// <summary>Creates a server that has yet to <see cref="Start"/>.</summary>
    /// <param name="attempt">Which of the run's parameter servers it is.</param>
    /// <param name="handover">The run.</param>
    /// <param name="silo">Name of the silo it is on.</param>
    /// <param name="roster">The cluster.</param>
    /// <param name="time">The clock.</param>
    /// <param name="telemetry">Spans and metrics.</param>
    /// <param name="lateness">Limits of patience.</param>
    /// <param name="log">Told of what happens to the silos when it happens.</param>
    public ParameterServer(
        RunAttempt attempt,
        RunHandover handover,
        string silo,
        IRoster roster,
        TimeProvider time,
        TrainingTelemetry telemetry,
        LatenessOptions lateness,
        IIncidentLog log)
    {
        _attempt = attempt;
        _handover = handover;
        _plan = handover.Plan;
        _silo = silo;
        _roster = roster;
        _time = time;
        _telemetry = telemetry;
        _log = log;
        _membership = new Membership(attempt, handover, silo, roster, time, this);
        var first = handover.Incident?.Kind == IncidentKind.TakenOver ? lateness.TakeOver : lateness.First;
        _steps = new Lateness(lateness, first);
        _work = new StepWork(this);
        _gradients = new Gathering<StepReply>(attempt, _membership, _steps, time);
        _evaluations = new Gathering<EvaluationReply>(attempt, _membership, new Lateness(lateness, lateness.First), time);
        _slices = new SliceGathering(handover.Options, _membership, _steps, time, silo, this);
        _sum = new StepSum(_plan.Workers);
    }

    /// <summary>A run that is driven is told how to go on within this time; otherwise it goes on by itself.</summary>
    public static TimeSpan DriverPatience { get; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Committed steps of the run.</summary>
    public long Step { get; private set; }

    /// <summary>Totals of the epoch.</summary>
    public EpochTotals Totals { get; private set; }

    /// <summary>The step whose loss was not a finite number; it is not committed and nothing follows it.</summary>
    public long? DivergedAt { get; private set; }

    /// <summary>Seconds that this server's steps have taken; what lies between them, evaluations say, is not counted.</summary>
    public double Seconds { get; private set; }

    /// <summary>What happened in the committed steps that are not durable yet.</summary>
    public IReadOnlyList<Incident> Incidents => [.. _incidents];

    /// <summary>The silos that take part.</summary>
    public IReadOnlyList<SiloReport> Silos => [.. _membership.All.Select(member => member.Report)];

    /// <summary>Takes up the run at its newest state.</summary>
    public async Task Start()
    {
        var (state, idleSeconds) = await _membership.Recover();
        Step = state?.Step ?? 0;
        Totals = state?.Totals ?? default;
        _incidents.AddRange(state?.Ledger.Incidents ?? []);

        // That silos join is what a start is made of; only what went wrong is worth a note.
        _pending.RemoveAll(incident => incident.Kind == IncidentKind.Joined);
        _lastGlance = _time.GetTimestamp();
        _lastCommit = _lastGlance;
        _lastBusy = _lastGlance;
        if (_handover.Incident is { } handover)
        {
            _lastCommit -= (long)(idleSeconds * _time.TimestampFrequency);
            ((IIncidentLog)this).Note(handover.Kind, _silo, handover.Reason);
        }
    }

    /// <summary>Commits steps until <paramref name="target"/> is reached, the loss diverges or <paramref name="stop"/> is cancelled.</summary>
    /// <param name="target">Step to stop before.</param>
    /// <param name="traceParent">W3C trace context of the epoch, or null.</param>
    /// <param name="stop">Ends the work after the step it is at.</param>
    public async Task CommitUntil(long target, string? traceParent, CancellationToken stop)
    {
        _lastCounted = _time.GetTimestamp();
        if (_pending.Count == 0)
        {
            _lastCommit = _lastCounted;
        }

        while (Step < target && DivergedAt is null && !stop.IsCancellationRequested)
        {
            await Breathe();
            await GlanceAtCluster();
            using var activity = _telemetry.StartStep(_attempt.RunId, Step, traceParent);
            _work.Begin(activity?.Id);
            if (!await HaveInSlices())
            {
                await _gradients.Gather(_work);
            }

            _work.Leaving.ForEach(_membership.Leave);
            Commit(activity);
        }
    }

    /// <summary>
    /// To be called when the driver calls and there is nothing going on: tells the pauses that belong to training, for an evaluation or a checkpoint, from
    /// those in which nobody said how to go on.
    /// </summary>
    public void NoteWait()
    {
        if (_time.GetElapsedTime(_lastBusy) > DriverPatience)
        {
            NoteWaited(_time.GetElapsedTime(_lastBusy), "");
        }
    }

    /// <summary>To be called when training goes on although nobody says how.</summary>
    /// <param name="silence">Time since somebody last did.</param>
    public void NoteAlone(TimeSpan silence) => NoteWaited(silence, "; training goes on and keeps its checkpoints until they are asked for");

    private void NoteWaited(TimeSpan silence, string what)
    {
        ((IIncidentLog)this).Note(IncidentKind.Waited, _silo, $"the run was not driven for {silence.TotalSeconds:F1} s{what}");
        _lastBusy = _time.GetTimestamp();
    }

    private async Task<bool> HaveInSlices()
    {
        if (!_slices.IsUsable)
        {
            return false;
        }

        if (await _slices.Gather(_work.InSlices, _plan.Workers) is not { } replies)
        {
            _sum.Abandon();
            return false;
        }

        _work.Accept(replies);
        return true;
    }

    private void Commit(Activity? activity)
    {
        var now = _time.GetTimestamp();
        var duration = _time.GetElapsedTime(_lastCommit, now);
        Incident[] incidents = _pending.Count == 0 ? [] : [.. _pending.Select(incident => incident with { Step = Step, Seconds = duration.TotalSeconds })];
        var update = _sum.Complete(Step, _work.Nodes, new StepRecord(_work.Shares(), incidents, _work.Hash(_handover.Options.AcceptMixedNumerics)), _work.IsSumKept);
        TrainingTelemetry.Describe(activity, update.Totals);
        if (!double.IsFinite(update.Totals.Loss))
        {
            DivergedAt = Step;
            return;
        }

        _update = update;
        _nearUpdate = null;
        Totals = Totals.After(Step, _plan.StepsPerEpoch, update.Totals);
        Step++;
        Seconds += _time.GetElapsedTime(_lastCounted, now).TotalSeconds;
        _lastCounted = now;
        _pending.Clear();
        _incidents.AddRange(incidents);
        _lastCommit = now;
        _lastBusy = now;
        _telemetry.Committed(update.Totals, (long)update.Gradient.Length * sizeof(float) * _work.Nodes.Count, duration);
    }

    /// <summary>Takes note that the ledger of the steps before <paramref name="step"/> is durable: replicas need not keep it.</summary>
    public void NoteDurable(long step)
    {
        _durableStep = step;
        _incidents.RemoveAll(incident => incident.Step < step);
    }

    void IIncidentLog.Note(IncidentKind kind, string silo, string reason)
    {
        _pending.Add(new Incident(Step, kind, silo, reason, 0));
        _log.Note(kind, silo, reason);
    }

    /// <summary>Evaluates the parameters at the current step on the test split.</summary>
    public async Task<EvaluationResult> Evaluate(string? traceParent)
    {
        using var activity = _telemetry.StartEvaluation(_attempt.RunId, traceParent);
        var work = new EvaluationWork(this, activity?.Id);
        await _evaluations.Gather(work);
        _lastBusy = _time.GetTimestamp();
        return work.Result;
    }

    /// <summary>The state at the current step, from whichever replica has it.</summary>
    public async Task<TrainingState> GetState()
    {
        foreach (var member in _membership.Available)
        {
            var call = member.Replica.GetState(_attempt, UpdateFor(member));
            var outcome = await Outcome.Of(call, _steps.Next().Limit, _time);
            if (outcome.IsLate)
            {
                Abandon(member, call, "it has not given the state in time");
            }
            else if (outcome.Failure is not null)
            {
                _sum.Abandon();
                _membership.Drop(member, IncidentKind.Lost, outcome.Reason!);
            }
            else if (outcome.Value is { } state && state.Step == Step)
            {
                _lastBusy = _time.GetTimestamp();
                return state;
            }
        }

        throw new InvalidOperationException($"No silo has the state of run {_attempt.RunId} at step {Step}.");
    }

    /// <summary>
    /// Lets the silos forget the run, those included that have prepared for it and take no part; a late one does when it wakes, and is not waited for.
    /// </summary>
    public Task Release() => Task.WhenAll(_roster.Active.Union(_membership.All.Select(member => member.Silo)).Select(silo =>
        Outcome.Of(Done(_roster.On(silo).Release(_attempt.RunId)), _steps.Next().Limit, _time)));

    private static async Task<bool> Done(Task task)
    {
        await task;
        return true;
    }

    private StepUpdate? UpdateFor(Member member) =>
        member.IsNear && _update is { } update ? _nearUpdate ??= update with { Gradient = update.Gradient.Near } : _update;

    private void Abandon(Member member, Task call, string reason)
    {
        _sum.Abandon();
        _membership.Suspect(member, call, reason);
    }

    /// <summary>Lets whoever asks how far it is have a turn: on a single silo a step goes from its beginning to its end without one.</summary>
    private async ValueTask Breathe()
    {
        if (_time.GetElapsedTime(_lastBreath) >= LongestTurn)
        {
            await Task.Yield();
            _lastBreath = _time.GetTimestamp();
        }
    }

    private async Task GlanceAtCluster()
    {
        if (_time.GetElapsedTime(_lastGlance) >= Membership.Glance)
        {
            _lastGlance = _time.GetTimestamp();
            await _membership.Refresh(GetState);
        }
    }
}

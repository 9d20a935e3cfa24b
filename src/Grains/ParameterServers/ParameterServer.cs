using System.Diagnostics;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Cluster;
using Mnist.Distributed.Grains.Telemetry;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// The step protocol: asks the replicas for their shares of a step, directly or in slices, gives the shares of late or lost ones to others, completes the sum,
/// commits. Knows neither grains nor wall clocks, so the very same code runs in a simulation. Used by one logical thread.
/// </summary>
public sealed partial class ParameterServer : IIncidentLog
{
    private static readonly TimeSpan LongestTurn = TimeSpan.FromMilliseconds(50);

    private readonly RunGeneration _generation;
    private readonly RunHandover _handover;
    private readonly TrainingPlan _plan;
    private readonly string _silo;
    private readonly IRoster _roster;
    private readonly TimeProvider _time;
    private readonly TrainingTelemetry _telemetry;
    private readonly IIncidentLog _log;
    private readonly Participants _participants;
    private readonly StragglerTimeout _steps;
    private readonly StepWork _work;
    private readonly Gathering<StepReply> _gradients;
    private readonly Gathering<EvaluationReply> _evaluations;
    private readonly SliceGathering _slices;
    private readonly StepSum _sum;
    private readonly List<Incident> _pending = [];
    private readonly List<Incident> _incidents = [];
    private StepUpdate? _update;
    private StepUpdate? _sharedUpdate;
    private long _durableStep;
    private long _lastRefresh;
    private long _lastYield;
    private long _lastCounted;
    private long _lastCommit;
    private long _lastBusy;

    /// <summary>Creates a server that has yet to <see cref="Start"/>.</summary>
    /// <param name="generation">Which of the run's parameter servers it is.</param>
    /// <param name="handover">The run.</param>
    /// <param name="silo">Name of the silo it is on.</param>
    /// <param name="roster">The cluster.</param>
    /// <param name="time">The clock.</param>
    /// <param name="telemetry">Spans and metrics.</param>
    /// <param name="stragglers">Limits of the wait for stragglers.</param>
    /// <param name="log">Told of what happens to the silos when it happens.</param>
    public ParameterServer(
        RunGeneration generation,
        RunHandover handover,
        string silo,
        IRoster roster,
        TimeProvider time,
        TrainingTelemetry telemetry,
        StragglerOptions stragglers,
        IIncidentLog log)
    {
        _generation = generation;
        _handover = handover;
        _plan = handover.Plan;
        _silo = silo;
        _roster = roster;
        _time = time;
        _telemetry = telemetry;
        _log = log;
        _participants = new Participants(generation, handover, silo, roster, time, this);
        var first = handover.Incident?.Kind == IncidentKind.TakenOver ? stragglers.TakeOver : stragglers.First;
        _steps = new StragglerTimeout(stragglers, first);
        _work = new StepWork(this);
        _gradients = new Gathering<StepReply>(generation, _participants, _steps, time);
        _evaluations = new Gathering<EvaluationReply>(generation, _participants, new StragglerTimeout(stragglers, stragglers.First), time);
        _slices = new SliceGathering(handover.Options, _participants, _steps, time, silo, this);
        _sum = new StepSum(_plan.Workers);
    }

    /// <summary>A run that is driven is told how to go on within this time; otherwise it goes on by itself.</summary>
    public static TimeSpan DriverTimeout { get; } = TimeSpan.FromMilliseconds(500);

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
    public IReadOnlyList<SiloReport> Silos => [.. _participants.All.Select(participant => participant.Report)];

    /// <summary>Takes up the run at its newest state.</summary>
    public async Task Start()
    {
        var (state, idleSeconds) = await _participants.Recover();
        Step = state?.Step ?? 0;
        Totals = state?.Totals ?? default;
        _incidents.AddRange(state?.Ledger.Incidents ?? []);

        // That silos join is what a start is made of; only what went wrong is worth a note.
        _pending.RemoveAll(incident => incident.Kind == IncidentKind.Joined);
        _lastRefresh = _time.GetTimestamp();
        _lastCommit = _lastRefresh;
        _lastBusy = _lastRefresh;
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
            await YieldTurn();
            await GlanceAtCluster();
            using var activity = _telemetry.StartStep(_generation.RunId, Step, traceParent);
            _work.Begin(activity?.Id);
            if (!await HaveInSlices())
            {
                await _gradients.Gather(_work);
            }

            _work.Draining.ForEach(_participants.Leave);
            Commit(activity);
        }
    }

    /// <summary>
    /// To be called when the driver calls and there is nothing going on: tells the pauses that belong to training, for an evaluation or a checkpoint, from
    /// those in which nobody said how to go on.
    /// </summary>
    public void NoteWait()
    {
        if (_time.GetElapsedTime(_lastBusy) > DriverTimeout)
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
            _sum.ReplaceBuffers();
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
        _sharedUpdate = null;
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
        using var activity = _telemetry.StartEvaluation(_generation.RunId, traceParent);
        var work = new EvaluationWork(this, activity?.Id);
        await _evaluations.Gather(work);
        _lastBusy = _time.GetTimestamp();
        return work.Result;
    }

    /// <summary>The state at the current step, from whichever replica has it.</summary>
    public async Task<TrainingState> GetState()
    {
        foreach (var participant in _participants.Available)
        {
            var call = participant.Replica.GetState(_generation, UpdateFor(participant));
            var outcome = await Outcome.Of(call, _steps.Next().Limit, _time);
            if (outcome.IsLate)
            {
                ReplaceBuffers(participant, call, "it has not given the state in time");
            }
            else if (outcome.Failure is not null)
            {
                _sum.ReplaceBuffers();
                _participants.Drop(participant, IncidentKind.Lost, outcome.Reason!);
            }
            else if (outcome.Value is { } state && state.Step == Step)
            {
                _lastBusy = _time.GetTimestamp();
                return state;
            }
        }

        throw new InvalidOperationException($"No silo has the state of run {_generation.RunId} at step {Step}.");
    }

    /// <summary>
    /// Lets the silos forget the run, those included that have prepared for it and take no part; a late one does when it wakes, and is not waited for.
    /// </summary>
    public Task Release() => Task.WhenAll(_roster.Active.Union(_participants.All.Select(participant => participant.Silo)).Select(silo =>
        Outcome.Of(Done(_roster.On(silo).Release(_generation.RunId)), _steps.Next().Limit, _time)));

    private static async Task<bool> Done(Task task)
    {
        await task;
        return true;
    }

    private StepUpdate? UpdateFor(Participant participant) =>
        participant.SharesMemory && _update is { } update ? _sharedUpdate ??= update with { Gradient = update.Gradient.SharedReference } : _update;

    private void ReplaceBuffers(Participant participant, Task call, string reason)
    {
        _sum.ReplaceBuffers();
        _participants.Suspect(participant, call, reason);
    }

    /// <summary>Lets whoever asks how far it is have a turn: on a single silo a step goes from its beginning to its end without one.</summary>
    private async ValueTask YieldTurn()
    {
        if (_time.GetElapsedTime(_lastYield) >= LongestTurn)
        {
            await Task.Yield();
            _lastYield = _time.GetTimestamp();
        }
    }

    private async Task GlanceAtCluster()
    {
        if (_time.GetElapsedTime(_lastRefresh) >= Participants.RefreshInterval)
        {
            _lastRefresh = _time.GetTimestamp();
            await _participants.Refresh(GetState);
        }
    }
}

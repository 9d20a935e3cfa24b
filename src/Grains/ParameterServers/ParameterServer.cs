using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Cluster;
using Mnist.Distributed.Grains.Epochs;
using Mnist.Distributed.Grains.Telemetry;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// The step protocol. For each step, the parameter server asks the replicas for their shares,
/// directly or in slices, gives the shares of stragglers and lost silos to other silos, completes
/// the sum, and commits the step. It knows neither grains nor the system clock, so the same code
/// runs in a simulation. It is not thread-safe: one logical thread uses it.
/// </summary>
public sealed class ParameterServer : IDisposable
{
    private readonly RunGeneration _generation;
    private readonly RunHandover _handover;
    private readonly TrainingPlan _plan;
    private readonly SiloView _silo;
    private readonly TimeProvider _time;
    private readonly StepTelemetry _telemetry;
    private readonly ParameterServerOptions _options;
    private readonly Participants _participants;
    private readonly StragglerTimeout _steps;
    private readonly StepWork _work;
    private readonly Gathering<StepReply> _gradients;
    private readonly Gathering<EvaluationReply> _evaluations;
    private readonly SliceGathering _slices;
    private readonly StateReader _states;
    private readonly StepSum _sum;
    private readonly StepClock _clock;
    private readonly LastUpdate _update = new();
    private readonly EvaluatedEpochs _evaluated;
    private readonly Incidents _incidents;
    private long _durableStep;
    private long _lastRefresh;
    private long _lastYield;

    /// <summary>Creates a parameter server. Call <see cref="Start"/> next.</summary>
    /// <param name="generation">The generation of this parameter server.</param>
    /// <param name="handover">Plan, options and newest checkpoint of the run.</param>
    /// <param name="silo">The silo of this parameter server.</param>
    /// <param name="telemetry">Spans and metrics.</param>
    /// <param name="options">Intervals and limits.</param>
    /// <param name="log">
    /// Receives every incident at the time it happens; its duration is not known yet.
    /// </param>
    public ParameterServer(
        RunGeneration generation,
        RunHandover handover,
        SiloView silo,
        TrainingTelemetry telemetry,
        ParameterServerOptions options,
        Action<Incident> log)
    {
        _generation = generation;
        _handover = handover;
        _plan = handover.Plan;
        _silo = silo;
        _time = silo.Time;
        _telemetry = new StepTelemetry(telemetry, generation, handover, _time);
        _options = options;
        _clock = new StepClock(_time);
        _incidents = new Incidents(() => Step, _clock, _telemetry, log);
        _evaluated = new EvaluatedEpochs(_plan, handover.TestMetrics);
        _participants = new Participants(generation, handover, silo, options.Participants, _incidents);
        var stragglers = options.Stragglers;
        var first = handover.Incident?.Kind == IncidentKind.TakenOver ? stragglers.Failover : stragglers.First;
        _steps = new StragglerTimeout(stragglers, first);
        _sum = new StepSum(_plan.Workers);
        _states = new StateReader(generation, _participants, _update, _sum, _steps, _time);
        _work = new StepWork(generation, handover, _participants, _update, _sum, _telemetry);
        _gradients = new Gathering<StepReply>(generation, _participants, _steps, GetState, _sum, _time);
        _evaluations = new Gathering<EvaluationReply>(generation, _participants, new StragglerTimeout(stragglers, stragglers.First), GetState, _sum, _time);
        _slices = new SliceGathering(handover.Options, _participants, _steps, options.Slices, silo, _incidents);
    }

    /// <summary>Number of committed steps since the start of the run.</summary>
    public long Step { get; private set; }

    /// <inheritdoc cref="EvaluatedEpochs.MayBeOverAt" />
    public bool MayBeOver => _evaluated.MayBeOverAt(Step);

    /// <summary>Totals of the current epoch.</summary>
    public EpochTotals Totals { get; private set; }

    /// <summary>
    /// The step whose loss was not a finite number; null if there is none. That step is not
    /// committed, and no step follows it.
    /// </summary>
    public long? DivergedAt { get; private set; }

    /// <inheritdoc cref="StepClock.Seconds" />
    public double Seconds => _clock.Seconds;

    /// <summary>The incidents of the committed steps that are not durable yet.</summary>
    public IReadOnlyList<Incident> Incidents => _incidents.NotDurable;

    /// <inheritdoc cref="SiloPaces.All" />
    public IReadOnlyList<SiloPace> Paces => _telemetry.Paces;

    /// <summary>The participants.</summary>
    public IReadOnlyList<SiloReport> Silos => [.. _participants.All.Select(participant => participant.Report)];

    /// <summary>Finds the newest state of the run and installs it on every silo.</summary>
    /// <exception cref="SupersededException">
    /// A newer generation of the parameter server exists.
    /// </exception>
    public async Task Start()
    {
        _clock.Start();
        var (state, idleSeconds) = await _participants.Recover();
        Step = state?.Step ?? 0;
        Totals = state?.Totals ?? default;
        _lastRefresh = _time.GetTimestamp();
        if (_handover.Incident?.Kind == IncidentKind.TakenOver)
        {
            _clock.CountIdle(idleSeconds);
        }
        else
        {
            _clock.Start();
        }

        _incidents.Begin(state?.Ledger.Incidents ?? []);
        if (_handover.Incident is { } handover)
        {
            _incidents.Note(handover.Kind, _silo.Name, handover.Reason);
        }
    }

    /// <summary>
    /// Commits steps until <paramref name="target"/> is reached, the loss diverges, or
    /// <paramref name="stop"/> is cancelled.
    /// </summary>
    /// <param name="target">The step at which to stop, counted from the start of the run.</param>
    /// <param name="stop">Stops the work after the step in progress.</param>
    public async Task CommitUntil(long target, CancellationToken stop)
    {
        _clock.BeginSteps(pauseCounts: _incidents.ArePending);
        while (Step < target && DivergedAt is null && !stop.IsCancellationRequested)
        {
            await YieldTurn();
            await RefreshParticipants();
            _telemetry.Begin(Step);
            _work.Begin(Step, _durableStep);
            if (!await TryInSlices())
            {
                await _gradients.Gather(_work);
            }

            _work.Draining.ForEach(_participants.Leave);
            Commit();
        }
    }

    /// <summary>
    /// Notes the incident that training waited for the driver. Call this method when the driver
    /// calls and there is no task. A pause for an evaluation or a checkpoint is part of training
    /// and is not noted.
    /// </summary>
    public void NoteWait()
    {
        if (_clock.Idle > _options.DriverTimeout)
        {
            NoteWaited(_clock.Idle, "");
        }
    }

    /// <summary>Notes the incident that training continues without a driver.</summary>
    /// <param name="silence">Time since the last call of a driver.</param>
    public void NoteAlone(TimeSpan silence) => NoteWaited(silence, "; training goes on and keeps its checkpoints until they are asked for");

    private void NoteWaited(TimeSpan silence, string what)
    {
        _incidents.Note(IncidentKind.Waited, _silo.Name, $"the run was not driven for {silence.TotalSeconds:F1} s{what}");
        _clock.NoteBusy();
    }

    private async Task<bool> TryInSlices()
    {
        if (!_slices.IsUsable)
        {
            return false;
        }

        if (await _slices.Gather(_work) is not { } replies)
        {
            _sum.ReplaceBuffers();
            _telemetry.Retry();
            return false;
        }

        _work.Accept(replies);
        return true;
    }

    private void Commit()
    {
        var (now, duration) = _clock.EndStep();
        var incidents = _incidents.Of(duration);
        var update = _sum.Complete(Step, _work.Nodes, new StepRecord(_work.Shares(), incidents, _work.Hash(_handover.Options.AcceptMixedNumerics)), _work.IsSumKept);
        var summed = _time.GetTimestamp();
        if (!double.IsFinite(update.Totals.Loss))
        {
            DivergedAt = Step;
            _telemetry.End(update, _work.Nodes.Count, null, incidents, now, summed);
            return;
        }

        _update.Set(update);
        Totals = Totals.After(Step, _plan.StepsPerEpoch, update.Totals);
        Step++;
        _clock.Commit(now);
        _incidents.Commit(incidents);
        _telemetry.End(update, _work.Nodes.Count, duration, incidents, now, summed);
    }

    /// <summary>
    /// Notes that the ledger of all steps before <paramref name="step"/> is durable. Replicas need
    /// not keep it any more.
    /// </summary>
    public void NoteDurable(long step)
    {
        _durableStep = step;
        _incidents.DropBefore(step);
    }

    /// <summary>Evaluates the parameters at the current step on the test images.</summary>
    public async Task<EvaluationResult> Evaluate()
    {
        using var activity = _telemetry.StartEvaluation(Step);
        var work = new EvaluationWork(_generation, _plan, Step, _update, activity?.Id);
        await _evaluations.Gather(work);
        _clock.NoteBusy();
        var result = work.Result;
        _evaluated.Note(work.Step, result.Metric);
        activity?.SetTag("mnist.loss", result.Loss).SetTag("mnist.metric.value", result.Metric);
        return result;
    }

    /// <summary>The state at the current step, from the first replica that can give it.</summary>
    public async Task<TrainingState> GetState()
    {
        var state = await _states.At(Step);
        _clock.NoteBusy();
        return state;
    }

    /// <summary>
    /// Removes the run from all silos, including silos that have prepared for the run and are not
    /// participants. The method does not wait for a straggler, which removes the run when it runs
    /// again.
    /// </summary>
    public Task Release() => Task.WhenAll(_silo.Roster.Active.Union(_participants.All.Select(participant => participant.Silo)).Select(silo =>
        Outcome.Of(Done(_silo.Roster.On(silo).Release(_generation)), _steps.Next().Limit, _time)));

    /// <summary>Ends the spans and the metrics of this parameter server.</summary>
    public void Dispose()
    {
        _incidents.End();
        _telemetry.Dispose();
    }

    private static async Task<bool> Done(Task task)
    {
        await task;
        return true;
    }

    /// <summary>
    /// Gives up the turn of the grain, so that a question about the progress is answered. Without
    /// it, a whole step on a single silo takes one turn.
    /// </summary>
    private async ValueTask YieldTurn()
    {
        if (_time.GetElapsedTime(_lastYield) >= _options.LongestTurn)
        {
            await Task.Yield();
            _lastYield = _time.GetTimestamp();
        }
    }

    private async Task RefreshParticipants()
    {
        if (_time.GetElapsedTime(_lastRefresh) >= _options.Participants.RefreshInterval)
        {
            _lastRefresh = _time.GetTimestamp();
            await _participants.Refresh(GetState);
        }
    }
}

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Cluster;
using Mnist.Distributed.Grains.ParameterServers;
using Mnist.Distributed.Grains.Telemetry;
using Orleans.Runtime.Placement;
using Orleans.Storage;

namespace Mnist.Distributed.Grains.Runs;

/// <inheritdoc cref="ITrainingRunGrain" />
[KeepAlive]
public sealed partial class TrainingRunGrain : Grain, ITrainingRunGrain
{
    private static readonly TimeSpan WatchTimeout = TimeSpan.FromSeconds(1);

    /// <summary>How long an activation is kept whose run does not run: who watched it, or has found it in a list, often asks for more.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    private readonly IPersistentState<InitialState> _initial;
    private readonly IGrainFactory _grains;
    private readonly ILocalSiloDetails _self;
    private readonly GracefulShutdown _shutdown;
    private readonly IRoster _roster;
    private readonly TimeProvider _time;
    private readonly ILogger<TrainingRunGrain> _logger;
    private readonly RunStore _store;
    private readonly ServerConnection _server;
    private readonly RunDriver _driver;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _waking = Task.CompletedTask;
    private Task _driving = Task.CompletedTask;
    private bool _starting;
    private bool _leaving;

    /// <summary>The run that the grain's key names.</summary>
    public TrainingRunGrain(
        IGrainContext context,
        [PersistentState("run-even")] IPersistentState<RunRecord> even,
        [PersistentState("run-odd")] IPersistentState<RunRecord> odd,
        [PersistentState("run-initial")] IPersistentState<InitialState> initial,
        IGrainFactory grains,
        ILocalSiloDetails self,
        GracefulShutdown shutdown,
        IRoster roster,
        TimeProvider time,
        TrainingTelemetry telemetry,
        IOptions<StragglerOptions> stragglers,
        ILogger<TrainingRunGrain> logger) : base(context)
    {
        _initial = initial;
        _grains = grains;
        _self = self;
        _shutdown = shutdown;
        _roster = roster;
        _time = time;
        _logger = logger;
        _store = new RunStore([even, odd], time, failure => NoteHere(IncidentKind.Storage, $"the record cannot be written ({Outcome.ReasonOf(failure)}); trying again"));
        _server = new ServerConnection(grains, roster, self.SiloAddress, time, stragglers.Value, logger);
        _driver = new RunDriver(this.GetPrimaryKeyString(), _store, _server, time, telemetry, Signal, shutdown.Announced, logger);
    }

    private string RunId => this.GetPrimaryKeyString();

    private RunRecord Record => _store.Record;

    /// <summary>A run that was training when its silo was lost goes on.</summary>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (_store.Ruin is not null)
        {
            return Task.CompletedTask;
        }

        if (Record.Status == RunStatus.Running)
        {
            _waking = Wake();
        }

        if (_store.Damage is { } damage)
        {
            NoteHere(IncidentKind.Storage, $"one of the two copies of the record is damaged ({damage}); the run goes on from the other one, at step {Record.Step:N0}");
        }

        LeaveWhenOver().Ignore();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _leaving = true;
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async Task Start(TrainingPlan plan, RunOptions options, TrainingState? initial, string? traceParent)
    {
        if (Record.Status != RunStatus.Unknown)
        {
            if (Record.Plan != plan)
            {
                throw new InvalidInputException($"Run {RunId} exists already with another plan: choose another run id.");
            }

            return;
        }

        Contracts.Runs.RunId.Validate(RunId);
        PlanValidation.Validate(plan);
        PlanValidation.Validate(options);
        _starting = true;
        try
        {
            await StartNew(plan, options, initial, traceParent);
        }
        finally
        {
            _starting = false;
        }
    }

    /// <inheritdoc />
    public async Task Resume(bool acceptMixedNumerics, string? traceParent)
    {
        await _waking;
        switch (Record.Status)
        {
            case RunStatus.Unknown:
                throw new InvalidInputException($"There is no run {RunId} on this cluster: look at the list of its runs.");
            case RunStatus.Completed:
                throw new InvalidInputException($"Run {RunId} is complete: there is nothing to resume. Its weights can be trained further with 'mnist train --init'.");
            case RunStatus.Running:
                throw new InvalidInputException($"Run {RunId} is running: watch it instead.");
        }

        _starting = true;
        try
        {
            await GoOn(acceptMixedNumerics, traceParent);
        }
        finally
        {
            _starting = false;
        }
    }

    /// <inheritdoc />
    public async Task<RunDescription> Describe()
    {
        await _waking;
        if (_store.Ruin is { } ruin)
        {
            DeactivateOnIdle();
            return new RunDescription(RunId, RunStatus.Damaged, null, [], [], ruin, new RunOptions(), null, 0, [], _self.Name, null);
        }

        if (Record.Status is RunStatus.Unknown or RunStatus.Interrupted && !_starting)
        {
            // What was looked up may be out of date: another activation, which the directory has forgotten with a silo believed dead, may have started the
            // run since, or a parameter server may have given its state to silos again. Whoever asks next, looks again.
            DeactivateOnIdle();
        }

        return new RunDescription(
            RunId,
            Record.Status,
            Record.Plan,
            [.. Record.Epochs],
            [.. Record.Silos],
            Record.Message,
            Record.Options,
            Record.Fingerprint,
            Record.Step,
            [.. Record.Incidents],
            _self.Name,
            Record.Server is { } server ? _roster.NameOf(server) : null);
    }

    /// <inheritdoc />
    public async Task<RunEventBatch> Watch(RunCursor cursor)
    {
        if (Record.Status == RunStatus.Unknown)
        {
            throw new InvalidInputException($"There is no run {RunId} on this cluster: look at the list of its runs.");
        }

        var changed = _changed.Task;
        var batch = RunWatch.EventsAfter(Record, _driver.Progress, cursor, _store.Writer);
        if (batch.Events.Count == 0)
        {
            await Task.WhenAny(changed, Task.Delay(WatchTimeout, _time));
            batch = RunWatch.EventsAfter(Record, _driver.Progress, cursor, _store.Writer);
        }

        return batch;
    }

    /// <inheritdoc />
    /// <exception cref="InvalidInputException">The run's record is damaged.</exception>
    public Task Stop()
    {
        InvalidInputException.Require(_store.Ruin is null, _store.Ruin!);
        _driver.Stop();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task<TrainingState?> GetState() => Task.FromResult(Record.Checkpoint);

    /// <inheritdoc />
    public Task<TrainingState?> GetCheckpointBefore(long step) => Task.FromResult(_store.CheckpointBefore(step));

    /// <inheritdoc />
    /// <exception cref="InvalidInputException">It is damaged.</exception>
    public Task<TrainingState?> GetInitialState() => _initial.State.Damage is { } damage
        ? throw new InvalidInputException($"The state that run {RunId} started from is damaged ({damage}): the run cannot be recomputed.")
        : Task.FromResult(_initial.State.State);

    /// <inheritdoc />
    public Task<Ledger> GetLedger() => Task.FromResult(Record.Ledger);

    private async Task StartNew(TrainingPlan plan, RunOptions options, TrainingState? initial, string? traceParent)
    {
        var handover = new RunHandover(plan, options, null, initial, 0, null);
        _server.Choose(new RunGeneration(RunId, 1));
        var silos = await _server.Begin(handover);
        if (initial is not null)
        {
            _initial.State.State = initial;
            await _initial.WriteStateAsync();
        }

        Record.Plan = plan;
        Record.Options = options;
        Record.Silos = [.. silos];
        Record.Fingerprint = silos[0].Fingerprint;
        _driver.NoteServer();
        Record.Checkpoint = initial;
        await Go(traceParent);
        await _grains.GetGrain<IRunIndexGrain>(IRunIndexGrain.Key).Add(RunId);
    }

    private async Task GoOn(bool acceptMixedNumerics, string? traceParent)
    {
        Record.Options = Record.Options with { AcceptMixedNumerics = Record.Options.AcceptMixedNumerics || acceptMixedNumerics };
        _server.Choose(new RunGeneration(RunId, Record.Generation + 1));
        _driver.NoteServer();
        var reason = new HandoverReason(IncidentKind.Resumed, $"the run was {Record.Status.ToString().ToLowerInvariant()}; it goes on from step {Record.Step:N0}");
        var silos = await _server.Begin(_driver.Handover(reason));
        Record.Silos = [.. silos];
        Record.Message = null;
        await Go(traceParent);
    }

    /// <summary>
    /// Goes on with a run that its record calls running: if a silo still has its state, the cluster lives and only the run's own silo was lost.
    /// </summary>
    private async Task Wake()
    {
        var holders = _roster.Active.Select(silo => _roster.On(silo).Holds(RunId)).ToList();
        while (holders.Count > 0)
        {
            var answered = await Task.WhenAny(holders);
            holders.Remove(answered);
            if (await Outcome.Of(answered) is { Value: true })
            {
                LogWoken(RunId, Record.Step);
                NoteHere(IncidentKind.Moved, "the run is driven from this silo from now on");
                _server.Rejoin(new RunGeneration(RunId, Record.Generation), Record.Server!);
                await TakeOver();
                return;
            }
        }

        Record.Status = RunStatus.Interrupted;
        Record.Message = $"every silo was lost; it goes on from step {Record.Step:N0} when it is resumed";
        Signal();
    }

    /// <summary>
    /// Drives the run after claiming its record: should there be another activation, which the directory has forgotten with a lost silo, it is that one that
    /// stands down at its next write.
    /// </summary>
    private async Task TakeOver()
    {
        try
        {
            await _driver.Write();
            _driving = Drive();
        }
        catch (InconsistentStateException other)
        {
            LogStoodDown(RunId, other.Message);
            DeactivateOnIdle();
        }
    }

    private async Task Go(string? traceParent)
    {
        Record.Status = RunStatus.Running;
        Record.TraceParent = traceParent;
        Record.CheckpointedAt = _time.GetUtcNow().UtcDateTime;
        Record.ServerSeconds = 0;
        await _driver.Write();
        _driving = Drive();
    }

    private async Task Drive()
    {
        using var handover = _shutdown.Await();
        try
        {
            await DriveToAnEnd();
        }
        catch (OperationCanceledException) when (_shutdown.Announced.IsCancellationRequested)
        {
            MoveElsewhere();
            return;
        }
        catch (Exception other) when (StandsDown(other))
        {
            // This activation is on its way out, or another one has written the record: that one drives the run, this one stands down.
            LogStoodDown(RunId, other.Message);
            DeactivateOnIdle();
            return;
        }

        var released = await Outcome.Of(Release());
        if (released.Failure is not null)
        {
            LogNotReleased(RunId, released.Reason!);
        }
    }

    /// <summary>
    /// Drives the run until it has ended or has failed. A failure may only mean that another activation is ahead with the same parameter server; noting it
    /// shows that, as any write does.
    /// </summary>
    private async Task DriveToAnEnd()
    {
        try
        {
            await _driver.Drive();
        }
        catch (DivergedException divergence)
        {
            await _driver.End(RunStatus.Failed, divergence.Message);
        }
        catch (Exception failure) when (!StandsDown(failure))
        {
            LogFailed(RunId, failure);
            await _driver.End(RunStatus.Failed, $"the cluster failed: {failure.Message}");
        }
    }

    /// <summary>Whether a failure says no more than that this activation is not to drive the run any longer.</summary>
    private bool StandsDown(Exception failure) =>
        _leaving
        || failure is InconsistentStateException
        || (failure is OperationCanceledException && _shutdown.Announced.IsCancellationRequested);

    /// <summary>Lets another silo drive the run before this one is gone.</summary>
    private void MoveElsewhere()
    {
        var elsewhere = _roster.Active.FirstOrDefault(silo => !silo.Equals(_self.SiloAddress) && !silo.Equals(_server.Silo)) ?? _server.Silo!;
        LogStoodDown(RunId, $"this silo leaves, {elsewhere} takes the run");
        RequestContext.Set(IPlacementDirector.PlacementHintKey, elsewhere);
        MigrateOnIdle();
        RequestContext.Remove(IPlacementDirector.PlacementHintKey);
    }

    /// <summary>Of a run that does not run, all is in the store: the activation goes, and whoever asks for the run has it read again.</summary>
    private async Task LeaveWhenOver()
    {
        do
        {
            await Task.Delay(Rest, _time);
        }
        while (!_leaving && (_starting || !_waking.IsCompleted || !_driving.IsCompleted || Record.Status == RunStatus.Running));

        if (!_leaving)
        {
            DeactivateOnIdle();
        }
    }

    private async Task<bool> Release()
    {
        await _server.Release();
        return true;
    }

    private void NoteHere(IncidentKind kind, string reason) => _driver.Note(new Incident(_driver.Progress?.Step ?? Record.Step, kind, _self.Name, reason, 0));

    private void Signal()
    {
        var changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Run {RunId} goes on here; its record ends at step {Step}")]
    private partial void LogWoken(string runId, long step);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Run {RunId} is driven elsewhere: {Reason}")]
    private partial void LogStoodDown(string runId, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {RunId} has failed")]
    private partial void LogFailed(string runId, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The silos were not told to forget run {RunId}: {Reason}")]
    private partial void LogNotReleased(string runId, string reason);
}

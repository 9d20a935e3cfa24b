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

namespace Mnist.Distributed.Grains.Runs;

/// <inheritdoc cref="ITrainingRunGrain" />
[KeepAlive]
public sealed class TrainingRunGrain : Grain, ITrainingRunGrain, IRunActivation
{
    /// <summary>
    /// How long a call of <see cref="Watch"/> waits for events. This is not an option, because the
    /// interface says how long a call may take.
    /// </summary>
    private static readonly TimeSpan WatchTimeout = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a start tries to write to a store that is away. Somebody waits for the start, and
    /// may try again.
    /// </summary>
    private static readonly TimeSpan ClaimTimeout = TimeSpan.FromSeconds(10);

    private readonly HostSilo _silo;
    private readonly TimeSpan _rest;
    private readonly TrainingTelemetry _telemetry;
    private readonly IPersistentState<InitialState> _initial;
    private readonly RunStore _store;
    private readonly Func<Task<IReadOnlyList<RunRecord>>> _read;
    private readonly ServerConnection _server;
    private readonly RunDriver _driver;
    private readonly RunOwnership _ownership;

    /// <summary>Creates the run grain. Its key is the id of the run.</summary>
    public TrainingRunGrain(
        IGrainContext context,
        IRunStorage storage,
        HostSilo silo,
        TrainingTelemetry telemetry,
        IOptions<RunGrainOptions> options,
        ILogger<TrainingRunGrain> logger) : base(context)
    {
        var stored = storage.Open(context);
        _silo = silo;
        _rest = options.Value.Rest;
        _telemetry = telemetry;
        _initial = stored.Initial;
        _read = stored.Read;
        _store = new RunStore(this.GetPrimaryKeyString(), [stored.Even, stored.Odd], options.Value.CheckpointRetryPause, silo.View.Time, NoteUnwritten);
        _server = new ServerConnection(silo, _store, options.Value.Failover, logger);
        _driver = new RunDriver(this.GetPrimaryKeyString(), _store, _server, silo, telemetry, logger);
        _ownership = new RunOwnership(_store, _server, _driver, silo, this, logger);
    }

    private string RunId => this.GetPrimaryKeyString();

    private RunRecord Record => _store.Record;

    /// <summary>Continues a run that was training when its silo was lost.</summary>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (_store.Ruin is not null)
        {
            return Task.CompletedTask;
        }

        _ownership.Awake();
        ListWhenAwake().Ignore();
        if (_store.Damage is { } damage)
        {
            _ownership.Note(IncidentKind.Storage, $"one of the two copies of the record is damaged ({damage}); the run goes on from the other one, at step {Record.Step:N0}");
        }

        _ownership.LeaveWhenOver(_rest).Ignore();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _ownership.Leave();
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

            // The silo of an earlier call may have been lost before the run was listed.
            await List();
            return;
        }

        Contracts.Runs.RunId.Validate(RunId);
        PlanValidation.Validate(plan);
        PlanValidation.Validate(options);
        await _ownership.Keep(() => StartNew(plan, options, initial, traceParent));
    }

    /// <inheritdoc />
    public async Task Resume(bool acceptMixedNumerics, string? traceParent)
    {
        await _ownership.Waking;
        if (Record.Status != RunStatus.Running)
        {
            // The end of a run is written before its silos have been told to forget the run.
            await _ownership.Driving;
        }

        switch (Record.Status)
        {
            case RunStatus.Unknown:
                throw new InvalidInputException($"There is no run {RunId} on this cluster: look at the list of its runs.");
            case RunStatus.Completed:
                throw new InvalidInputException($"Run {RunId} is complete: there is nothing to resume. Its weights can be trained further with 'mnist train --init'.");
            case RunStatus.Running:
                throw new InvalidInputException($"Run {RunId} is running: watch it instead.");
        }

        await _ownership.Keep(() => ContinueRun(acceptMixedNumerics, traceParent));
    }

    /// <inheritdoc />
    public Task<bool> IsStarting() => Task.FromResult(_ownership.IsStarting);

    /// <inheritdoc />
    public async Task<RunDescription> Describe()
    {
        await _ownership.Waking;
        if (_store.Ruin is { } ruin)
        {
            DeactivateOnIdle();
            return new RunDescription(RunId, RunStatus.Damaged, null, [], [], ruin, new RunOptions(), null, 0, [], _silo.View.Name, null);
        }

        if (Record.Status is RunStatus.Unknown or RunStatus.Interrupted && !_ownership.IsStarting)
        {
            // The record that was read may be out of date. When a silo is believed to be dead, the
            // grain directory also drops its entries, so another activation may have started the
            // run since. Or a parameter server may have installed the state of the run on silos
            // again. The next call reads the record again.
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
            _silo.View.Name,
            Record.Server is { } server ? _silo.View.Roster.NameOf(server) : null);
    }

    /// <inheritdoc />
    public async Task<RunEventBatch> Watch(RunCursor cursor)
    {
        if (Record.Status == RunStatus.Unknown)
        {
            throw new InvalidInputException($"There is no run {RunId} on this cluster: look at the list of its runs.");
        }

        var changed = _driver.News.Next;
        var batch = RunWatch.EventsAfter(Record, _driver.Progress, cursor, _store.Writer);
        if (batch.Events.Count == 0)
        {
            await Task.WhenAny(changed, Task.Delay(WatchTimeout, _silo.View.Time));
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
    public Task<RunWeights?> GetWeights() => Task.FromResult(KeptWeights.Of(Record));

    /// <inheritdoc />
    public Task<RunWeights?> GetLiveWeights() => LiveWeights.Of(RunId, Record, _silo.View);

    /// <inheritdoc />
    public Task<TrainingState?> GetState() => Task.FromResult(Record.Checkpoint);

    /// <inheritdoc />
    public Task<TrainingState?> GetCheckpointBefore(long step) => Task.FromResult(_store.CheckpointBefore(step));

    /// <inheritdoc />
    /// <exception cref="InvalidInputException">The stored state is damaged.</exception>
    public Task<TrainingState?> GetInitialState() => (_initial.State.Damage ?? (_initial.RecordExists && _initial.State.RunId != RunId ? "it is that of another run" : null)) is { } damage
        ? throw new InvalidInputException($"The state that run {RunId} started from is damaged ({damage}): the run cannot be recomputed.")
        : Task.FromResult(_initial.State.State);

    /// <inheritdoc />
    public Task<Ledger> GetLedger() => Task.FromResult(Record.Ledger);

    /// <inheritdoc />
    public Task<IReadOnlyList<StoredCopy>> CheckStore() => _store.Check(_read);

    private async Task StartNew(TrainingPlan plan, RunOptions options, TrainingState? initial, string? traceParent)
    {
        traceParent = _telemetry.RootOf(RunId, traceParent);
        await ClaimGeneration();
        var silos = await _server.Begin(new RunHandover(plan, options, null, initial, 0, null, TraceParent: traceParent));
        if (initial is not null)
        {
            (_initial.State.State, _initial.State.RunId) = (initial, RunId);
            await _initial.WriteStateAsync();
        }

        Record.Plan = plan;
        Record.Options = options;
        Record.Silos = [.. silos];
        Record.Fingerprint = silos[0].Fingerprint;
        Record.Checkpoint = initial;
        await _ownership.Begin(traceParent);
        await List();
    }

    private Task List() => _silo.Grains.GetGrain<IRunIndexGrain>(IRunIndexGrain.Key).Add(RunId);

    /// <summary>
    /// Lists a run that goes on. The silo of its start may have been lost before it listed the run.
    /// </summary>
    private async Task ListWhenAwake()
    {
        await _ownership.Waking;
        if (Record.Status == RunStatus.Running)
        {
            await List();
        }
    }

    private async Task ContinueRun(bool acceptMixedNumerics, string? traceParent)
    {
        await ClaimGeneration();
        Record.TraceParent ??= _telemetry.RootOf(RunId, traceParent);
        Record.Options = Record.Options with { AcceptMixedNumerics = Record.Options.AcceptMixedNumerics || acceptMixedNumerics };
        var reason = new HandoverReason(IncidentKind.Resumed, $"the run was {Record.Status.ToString().ToLowerInvariant()}; it goes on from step {Record.Step:N0}");
        var silos = await _server.Begin(_driver.Handover(reason));
        Record.Silos = [.. silos];
        Record.Message = null;
        await _ownership.Begin(traceParent);
        await List();
    }

    /// <summary>
    /// Chooses the next generation, and writes its number before its parameter server begins. So
    /// two starts of a run, of which one was believed lost, never begin the same generation.
    /// </summary>
    private Task ClaimGeneration()
    {
        _server.ChooseNext(RunId);
        _driver.NoteServer();
        return _store.Write(ClaimTimeout);
    }

    /// <inheritdoc />
    void IRunActivation.End() => DeactivateOnIdle();

    /// <inheritdoc />
    void IRunActivation.MoveTo(SiloAddress silo)
    {
        RequestContext.Set(IPlacementDirector.PlacementHintKey, silo);
        MigrateOnIdle();
        RequestContext.Remove(IPlacementDirector.PlacementHintKey);
    }

    private void NoteUnwritten(Exception failure) =>
        _ownership.Note(IncidentKind.Storage, $"the record cannot be written ({Outcome.ReasonOf(failure)}); trying again");
}

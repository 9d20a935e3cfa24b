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

    private readonly HostSilo _silo;
    private readonly TimeSpan _rest;
    private readonly IPersistentState<InitialState> _initial;
    private readonly RunStore _store;
    private readonly Func<Task<IReadOnlyList<RunRecord>>> _read;
    private readonly ServerConnection _server;
    private readonly RunDriver _driver;
    private readonly RunOwnership _ownership;
    private readonly RunLaunch _launch;

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
        _initial = stored.Initial;
        _read = stored.Read;
        _store = new RunStore(this.GetPrimaryKeyString(), [stored.Even, stored.Odd], options.Value.CheckpointRetryPause, silo.View.Time, NoteUnwritten);
        _server = new ServerConnection(silo, _store, options.Value.Failover, logger);
        _driver = new RunDriver(this.GetPrimaryKeyString(), _store, _server, silo, telemetry, logger);
        _ownership = new RunOwnership(_store, _server, _driver, silo, this, logger);
        _launch = new RunLaunch(_store, _initial, _server, _driver, _ownership, silo);
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
        _launch.ListWhenAwake().Ignore();
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
            await _launch.List();
            return;
        }

        Contracts.RunId.Validate(RunId);
        PlanValidation.Validate(plan);
        PlanValidation.Validate(options);
        await _ownership.Keep(() => options.IsQueued ? _launch.Enqueue(plan, options, initial, traceParent) : _launch.Start(plan, options, initial, traceParent));
    }

    /// <inheritdoc />
    public Task Launch() => Record.Status == RunStatus.Queued ? _ownership.Keep(_launch.StartQueued) : Task.CompletedTask;

    /// <inheritdoc />
    public async Task Resume(bool acceptMixedNumerics, string? traceParent, int pauseAfter)
    {
        await _ownership.Settle();
        switch (Record.Status)
        {
            case RunStatus.Unknown:
                throw new InvalidInputException($"There is no run {RunId} on this cluster: look at the list of its runs.");
            case RunStatus.Completed:
                throw new InvalidInputException($"Run {RunId} is complete: there is nothing to resume. Its weights can be trained further with 'mnist train --init'.");
            case RunStatus.Running:
                throw new InvalidInputException($"Run {RunId} is running: watch it instead.");
            case RunStatus.Queued:
                throw new InvalidInputException($"Run {RunId} waits in the queue of the cluster, and starts by itself: watch it instead.");
        }

        await _ownership.Keep(() => _launch.Continue(acceptMixedNumerics, traceParent, pauseAfter));
    }

    /// <inheritdoc />
    public async Task<RunCopy> GetCopy()
    {
        await RequireRest("copied");
        return RunCopies.Of(RunId, Record, _initial.State.Of(RunId));
    }

    /// <inheritdoc />
    public async Task Adopt(RunCopy copy)
    {
        InvalidInputException.Require(copy.RunId == RunId, $"This is a copy of run {copy.RunId}, and not of run {RunId}: name the run by its own id.");
        PlanValidation.Validate(copy.Plan);
        PlanValidation.Validate(copy.Options);
        if (Record.Status != RunStatus.Unknown)
        {
            await RequireRest("replaced");
            InvalidInputException.Require(Record.Plan == copy.Plan, $"Run {RunId} exists on this cluster with another plan: delete it first.");
        }

        await _ownership.Keep(() => _launch.Adopt(copy));
    }

    /// <inheritdoc />
    public async Task Delete()
    {
        if (_store.Ruin is null && Record.Status != RunStatus.Queued)
        {
            await RequireRest("deleted");
        }

        await _launch.Delete();
        DeactivateOnIdle();
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
            Record.Server is { } server ? _silo.View.Roster.NameOf(server) : null,
            Record.StartedAt,
            Record.EndedAt);
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
    public async Task Stop()
    {
        InvalidInputException.Require(_store.Ruin is null, _store.Ruin!);
        _driver.Stop();
        if (Record.Status == RunStatus.Queued && !_ownership.IsStarting)
        {
            await _driver.End(RunStatus.Stopped, "stopped while it waited in the queue");
        }
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
    public Task<TrainingState?> GetInitialState() => Task.FromResult(_initial.State.Of(RunId));

    /// <inheritdoc />
    public Task<Ledger> GetLedger() => Task.FromResult(Record.Ledger);

    /// <inheritdoc />
    public Task<IReadOnlyList<StoredCopy>> CheckStore() => _store.Check(_read);

    /// <inheritdoc />
    void IRunActivation.End() => DeactivateOnIdle();

    /// <inheritdoc />
    void IRunActivation.MoveTo(SiloAddress silo)
    {
        RequestContext.Set(IPlacementDirector.PlacementHintKey, silo);
        MigrateOnIdle();
        RequestContext.Remove(IPlacementDirector.PlacementHintKey);
    }

    /// <summary>Waits until nothing drives the run.</summary>
    /// <exception cref="InvalidInputException">The run trains, or there is no such run.</exception>
    private async Task RequireRest(string what)
    {
        await _ownership.Settle();
        InvalidInputException.Require(Record.Status != RunStatus.Unknown, $"There is no run {RunId} on this cluster: look at the list of its runs.");
        InvalidInputException.Require(
            Record.Status is not (RunStatus.Running or RunStatus.Queued) && !_ownership.IsStarting,
            $"Run {RunId} is {(Record.Status == RunStatus.Queued ? "queued" : "running")}, so it cannot be {what}: stop it first.");
    }

    private void NoteUnwritten(Exception failure) =>
        _ownership.Note(IncidentKind.Storage, $"the record cannot be written ({Outcome.ReasonOf(failure)}); trying again");
}

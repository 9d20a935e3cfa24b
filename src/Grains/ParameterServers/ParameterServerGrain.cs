using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Cluster;
using Mnist.Distributed.Grains.Placement;
using Mnist.Distributed.Grains.Replicas;
using Mnist.Distributed.Grains.Telemetry;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <inheritdoc cref="IParameterServerGrain" />
[KeepAlive, OnSiloOfKey]
public sealed partial class ParameterServerGrain : Grain, IParameterServerGrain, IIncidentLog
{
    /// <summary>How long a call waits for news.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    private CancellationTokenSource _stop = new();
    private readonly ILocalSiloDetails _self;
    private readonly GracefulShutdown _shutdown;
    private readonly IRoster _roster;
    private readonly TimeProvider _time;
    private readonly TrainingTelemetry _telemetry;
    private readonly StragglerOptions _stragglers;
    private readonly ILogger<ParameterServerGrain> _logger;
    private readonly RunGeneration _generation;
    private ParameterServer? _server;
    private Task _committing = Task.CompletedTask;
    private (long Step, Task<EvaluationResult> Result)? _evaluation;
    private (long Step, Task<TrainingState> State)? _snapshot;
    private readonly PassedCheckpoints _passed = new();
    private RunHandover? _run;
    private long _target;
    private string? _traceParent;
    private long _lastDriven;
    private bool _ended;
    private bool _leaving;

    /// <summary>The parameter server that the grain's key names.</summary>
    public ParameterServerGrain(
        IGrainContext context,
        ILocalSiloDetails self,
        GracefulShutdown shutdown,
        IRoster roster,
        TimeProvider time,
        TrainingTelemetry telemetry,
        IOptions<StragglerOptions> stragglers,
        ILogger<ParameterServerGrain> logger) : base(context)
    {
        _self = self;
        _shutdown = shutdown;
        _roster = roster;
        _time = time;
        _telemetry = telemetry;
        _stragglers = stragglers.Value;
        _logger = logger;
        var (runId, number) = RunKey.Parse(context.GrainId);
        _generation = new RunGeneration(runId, number);
    }

    private ParameterServer Server => _server ?? throw NotBegun();

    /// <inheritdoc />
    public async Task<IReadOnlyList<SiloReport>> Begin(RunHandover handover)
    {
        if (_server is null)
        {
            RequestContext.Clear();
            var server = new ParameterServer(_generation, handover, _self.Name, _roster, _time, _telemetry, _stragglers, this);
            await StartOrLetGo(server, handover);
            (_server, _run) = (server, handover);
            (_target, _lastDriven) = (server.Step, _time.GetTimestamp());
            WatchDriver().Ignore();
            LogBegun(_generation.Number, _generation.RunId, server.Step);
        }

        return _server.Silos;
    }

    /// <inheritdoc />
    public async Task<StepProgress> Advance(long targetStep, long durableStep, string? traceParent)
    {
        Server.NoteDurable(durableStep);
        _passed.DropBefore(durableStep);
        await CommitTowards(targetStep, traceParent);
        return _passed.At(targetStep) is { } passed
            ? new StepProgress(targetStep, passed.State.Totals, null, Server.Incidents, passed.Seconds)
            : new StepProgress(Server.Step, Server.Totals, Server.DivergedAt, Server.Incidents, Server.Seconds);
    }

    /// <inheritdoc />
    public async Task<EvaluationResult?> Evaluate(long step, string? traceParent)
    {
        var reached = await CommitTowards(step, traceParent);
        if (_passed.At(step)?.Evaluation is { } known)
        {
            return known;
        }

        if (!reached)
        {
            return Server.Step <= step ? null : throw Gone(step);
        }

        if (_evaluation is not { } evaluation || evaluation.Step != step)
        {
            evaluation = (step, Server.Evaluate(traceParent));
            _evaluation = evaluation;
        }

        await Wait(evaluation.Result);
        return evaluation.Result.IsCompleted ? await evaluation.Result : null;
    }

    /// <inheritdoc />
    public async Task<TrainingState?> GetState(long step, string? traceParent)
    {
        var reached = await CommitTowards(step, traceParent);
        if (_passed.At(step) is { } passed)
        {
            return passed.State;
        }

        if (!reached)
        {
            return Server.Step <= step ? null : throw Gone(step);
        }

        // A silo that is asked for it may just have been lost; the answer to the run must not wait for that.
        if (_snapshot is not { State.IsFaulted: false } snapshot || snapshot.Step != step)
        {
            snapshot = (step, Server.GetState());
            _snapshot = snapshot;
        }

        await Wait(snapshot.State);
        return snapshot.State.IsCompleted ? await snapshot.State : null;
    }

    /// <inheritdoc />
    public async Task<TrainingState> Stop()
    {
        _ended = true;
        await _stop.CancelAsync();
        await _committing;
        return await Server.GetState();
    }

    /// <inheritdoc />
    public async Task Release()
    {
        await Server.Release();
        DeactivateOnIdle();
    }

    /// <inheritdoc />
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        (_ended, _leaving) = (true, true);
        await _stop.CancelAsync();
        await _committing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    void IIncidentLog.Note(IncidentKind kind, string silo, string reason)
    {
        var level = kind is IncidentKind.Joined or IncidentKind.Left ? LogLevel.Information : LogLevel.Warning;
        LogIncident(level, _generation.RunId, _server?.Step ?? 0, silo, kind, reason);
    }

    /// <summary>Sees to it that steps are committed, and waits a moment; not for a checkpoint that was passed already.</summary>
    /// <returns>Whether training stands at the step.</returns>
    private async Task<bool> CommitTowards(long step, string? traceParent)
    {
        _lastDriven = _time.GetTimestamp();
        if (_passed.At(step) is not null)
        {
            return false;
        }

        if (IsIdle)
        {
            Server.NoteWait();
        }

        if (_committing.IsCompletedSuccessfully && Server.Step < step)
        {
            (_target, _traceParent) = (step, traceParent);
            _committing = WorkOrStandDown(stop => Server.CommitUntil(step, traceParent, stop));
        }

        await Wait(_committing);
        return _shutdown.Announced.IsCancellationRequested && _committing.IsCompleted
            ? throw new SiloUnavailableException($"{_self.Name} is shutting down")
            : _committing.IsCompleted && Server.Step == step;
    }

    /// <summary>What a driver is told whose record ends before those of another one: it lets a new generation go on from there.</summary>
    private InvalidOperationException Gone(long step) =>
        new($"generation {_generation.Number} is at step {Server.Step} and does not know any more what was at step {step}");

    private bool IsIdle => _committing.IsCompleted && _evaluation is not { Result.IsCompleted: false } && _snapshot is not { State.IsCompleted: false };

    /// <summary>Whether training stands at a checkpoint, nobody has said for a while how to go on, and it can go on all the same.</summary>
    private bool IsLeftAlone =>
        _time.GetElapsedTime(_lastDriven) > ParameterServer.DriverTimeout
        && Server.Step == _target
        && Server.Step > 0
        && Server.Step < _run!.Plan.TotalSteps
        && Server.DivergedAt is null
        && !_shutdown.Announced.IsCancellationRequested
        && _passed.HasRoom;

    /// <summary>Whether nobody needs this parameter server any more: it has nothing to do, and the run has ended or goes on elsewhere.</summary>
    private async Task<bool> IsForgotten() =>
        IsIdle && _time.GetElapsedTime(_lastDriven) > RunWatchdog.Silence && !await _roster.On(_self.SiloAddress).Holds(_generation.RunId);

    /// <summary>What is told to whoever calls a parameter server that is not there; the activation that the call has made goes again.</summary>
    private InvalidOperationException NotBegun()
    {
        DeactivateOnIdle();
        return new InvalidOperationException($"Generation {_generation.Number} of run {_generation.RunId} has not begun on this silo.");
    }

    /// <summary>A parameter server that cannot start leaves nothing: neither itself nor, at the start of a run, what the silos have prepared for it.</summary>
    private async Task StartOrLetGo(ParameterServer server, RunHandover handover)
    {
        try
        {
            await server.Start();
        }
        catch (Exception failure)
        {
            DeactivateOnIdle();
            if (handover.Incident is null && failure is not SupersededException)
            {
                await server.Release();
            }

            throw;
        }
    }

    private async Task WatchDriver()
    {
        while (!_leaving)
        {
            await Task.Delay(Moment, _time);
            if (!_leaving && await IsForgotten())
            {
                LogForgotten(_generation.Number, _generation.RunId);
                DeactivateOnIdle();
                return;
            }

            if (!_ended && IsIdle && _committing.IsCompletedSuccessfully && IsLeftAlone)
            {
                Server.NoteAlone(_time.GetElapsedTime(_lastDriven));
                _committing = WorkOrStandDown(PassCheckpoints);
            }
        }
    }

    /// <summary>Goes on from checkpoint to checkpoint, and keeps what the driver will ask for there.</summary>
    private async Task PassCheckpoints(CancellationToken stop)
    {
        var plan = _run!.Plan;
        while (IsLeftAlone && !stop.IsCancellationRequested)
        {
            var (epochs, stepInEpoch) = Math.DivRem(Server.Step, plan.StepsPerEpoch);
            var evaluation = stepInEpoch == 0 ? await Server.Evaluate(_traceParent) : null;
            _passed.Add(new PassedCheckpoint(await Server.GetState(), evaluation, Server.Seconds));
            _target = CheckpointSchedule.After(plan, _run.Options, (int)epochs, Server.Step);
            await Server.CommitUntil(_target, _traceParent, stop);
        }
    }

    private async Task WorkOrStandDown(Func<CancellationToken, Task> work)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(_shutdown.Announced);
        using var handover = _shutdown.Await();
        try
        {
            await work(_stop.Token);
        }
        catch (SupersededException)
        {
            LogSuperseded(_generation.Number, _generation.RunId);
            DeactivateOnIdle();
            throw;
        }
    }

    private async Task Wait(Task work)
    {
        await Task.WhenAny(work, Task.Delay(Moment, _time));
        if (work.Exception?.InnerException is SupersededException superseded)
        {
            throw new InvalidOperationException(superseded.Message);
        }

        if (work.IsFaulted)
        {
            await work;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Generation {Generation} of run {RunId} goes on from step {Step}")]
    private partial void LogBegun(long generation, string runId, long step);

    [LoggerMessage(Level = LogLevel.Information, Message = "Generation {Generation} of run {RunId} is needed no more")]
    private partial void LogForgotten(long generation, string runId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Generation {Generation} of run {RunId} stands down for a later one")]
    private partial void LogSuperseded(long generation, string runId);

    [LoggerMessage(Message = "Run {RunId}, step {Step}: {Silo} {Kind}: {Reason}")]
    private partial void LogIncident(LogLevel level, string runId, long step, string silo, IncidentKind kind, string reason);
}

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Hosting;
using Mnist.Distributed.Grains.Placement;
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
    private readonly Departure _departure;
    private readonly IRoster _roster;
    private readonly TimeProvider _time;
    private readonly TrainingTelemetry _telemetry;
    private readonly LatenessOptions _lateness;
    private readonly ILogger<ParameterServerGrain> _logger;
    private readonly RunAttempt _attempt;
    private ParameterServer? _server;
    private Task _committing = Task.CompletedTask;
    private (long Step, Task<EvaluationResult> Result)? _evaluation;
    private (long Step, Task<TrainingState> State)? _snapshot;

    /// <summary>The parameter server that the grain's key names.</summary>
    public ParameterServerGrain(
        IGrainContext context,
        ILocalSiloDetails self,
        Departure departure,
        IRoster roster,
        TimeProvider time,
        TrainingTelemetry telemetry,
        IOptions<LatenessOptions> lateness,
        ILogger<ParameterServerGrain> logger) : base(context)
    {
        _self = self;
        _departure = departure;
        _roster = roster;
        _time = time;
        _telemetry = telemetry;
        _lateness = lateness.Value;
        _logger = logger;
        var (runId, number) = RunKey.Parse(context.GrainId);
        _attempt = new RunAttempt(runId, number);
    }

    private ParameterServer Server =>
        _server ?? throw new InvalidOperationException($"Attempt {_attempt.Number} at run {_attempt.RunId} has not begun on this silo.");

    /// <inheritdoc />
    public async Task<IReadOnlyList<SiloReport>> Begin(RunHandover handover)
    {
        if (_server is null)
        {
            RequestContext.Clear();
            var server = new ParameterServer(_attempt, handover, _self.Name, _roster, _time, _telemetry, _lateness, this);
            await server.Start();
            _server = server;
            LogBegun(_attempt.Number, _attempt.RunId, server.Step);
        }

        return _server.Silos;
    }

    /// <inheritdoc />
    public async Task<StepProgress> Advance(long targetStep, long durableStep, string? traceParent)
    {
        Server.NoteDurable(durableStep);
        await CommitTowards(targetStep, traceParent);
        return new StepProgress(Server.Step, Server.Totals, Server.DivergedAt, Server.Incidents);
    }

    /// <inheritdoc />
    public async Task<EvaluationResult?> Evaluate(long step, string? traceParent)
    {
        if (!await CommitTowards(step, traceParent))
        {
            return null;
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
        if (!await CommitTowards(step, traceParent))
        {
            return null;
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
        await _stop.CancelAsync();
        await _committing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    void IIncidentLog.Note(IncidentKind kind, string silo, string reason)
    {
        var level = kind is IncidentKind.Joined or IncidentKind.Left ? LogLevel.Information : LogLevel.Warning;
        LogIncident(level, _attempt.RunId, _server?.Step ?? 0, silo, kind, reason);
    }

    /// <summary>Sees to it that steps are committed, and waits a moment.</summary>
    /// <returns>Whether the step is reached and nothing is being committed.</returns>
    private async Task<bool> CommitTowards(long step, string? traceParent)
    {
        if (_committing.IsCompleted && _evaluation is not { Result.IsCompleted: false } && _snapshot is not { State.IsCompleted: false })
        {
            Server.NoteWait();
        }

        if (_committing.IsCompletedSuccessfully && Server.Step < step)
        {
            _stop = CancellationTokenSource.CreateLinkedTokenSource(_departure.Announced);
            _committing = CommitOrStandDown(step, traceParent);
        }

        await Wait(_committing);
        return _departure.Announced.IsCancellationRequested && _committing.IsCompleted
            ? throw new SiloUnavailableException($"{_self.Name} is shutting down")
            : _committing.IsCompleted && Server.Step >= step;
    }

    private async Task CommitOrStandDown(long step, string? traceParent)
    {
        using var handover = _departure.Await();
        try
        {
            await Server.CommitUntil(step, traceParent, _stop.Token);
        }
        catch (SupersededException)
        {
            LogSuperseded(_attempt.Number, _attempt.RunId);
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

    [LoggerMessage(Level = LogLevel.Information, Message = "Attempt {Attempt} at run {RunId} goes on from step {Step}")]
    private partial void LogBegun(long attempt, string runId, long step);

    [LoggerMessage(Level = LogLevel.Information, Message = "Attempt {Attempt} at run {RunId} stands down for a later one")]
    private partial void LogSuperseded(long attempt, string runId);

    [LoggerMessage(Message = "Run {RunId}, step {Step}: {Silo} {Kind}: {Reason}")]
    private partial void LogIncident(LogLevel level, string runId, long step, string silo, IncidentKind kind, string reason);
}

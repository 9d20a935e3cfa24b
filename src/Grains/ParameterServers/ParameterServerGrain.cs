using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Cluster;
using Mnist.Distributed.Grains.Placement;
using Mnist.Distributed.Grains.Telemetry;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <inheritdoc cref="IParameterServerGrain" />
[KeepAlive, OnSiloOfKey]
public sealed partial class ParameterServerGrain : Grain, IParameterServerGrain
{
    private readonly HostSilo _silo;
    private readonly TrainingTelemetry _telemetry;
    private readonly ParameterServerOptions _options;
    private readonly ILogger<ParameterServerGrain> _logger;
    private readonly RunGeneration _generation;
    private DrivenServer? _server;

    /// <summary>Creates the grain. Its key says the run and the generation.</summary>
    public ParameterServerGrain(
        IGrainContext context,
        HostSilo silo,
        TrainingTelemetry telemetry,
        IOptions<ParameterServerOptions> options,
        ILogger<ParameterServerGrain> logger) : base(context)
    {
        _silo = silo;
        _telemetry = telemetry;
        _options = options.Value;
        _logger = logger;
        var (runId, number) = RunKey.Parse(context.GrainId);
        _generation = new RunGeneration(runId, number);
    }

    private DrivenServer Server => _server ?? throw NotBegun();

    /// <inheritdoc />
    public async Task<IReadOnlyList<SiloReport>> Begin(RunHandover handover)
    {
        if (_server is null)
        {
            RequestContext.Clear();
            var view = handover.Options.IsOnOneSilo ? _silo.View with { Roster = new SoleRoster(_silo.View.Roster, _silo.View.Address) } : _silo.View;
            var server = new ParameterServer(_generation, handover, view, _telemetry, _options, Log);
            await StartOrRelease(server, handover);
            var tasks = new ServerTasks(server, _silo, StandDown);
            var undriven = new UndrivenTraining(handover, server, tasks, _silo, _options);
            _server = new DrivenServer(_generation, server, tasks, undriven, _silo);
            EndWhenNotNeeded(undriven).Ignore();
            LogBegun(_generation.Number, _generation.RunId, server.Step);
        }

        return _server.Silos;
    }

    /// <inheritdoc />
    public Task<StepProgress> Advance(long targetStep, long durableStep) => Server.Advance(targetStep, durableStep);

    /// <inheritdoc />
    public Task<EvaluationResult?> Evaluate(long step) => Server.Evaluate(step);

    /// <inheritdoc />
    public Task<TrainingState?> GetState(long step) => Server.GetState(step);

    /// <inheritdoc />
    public Task<TrainingState> Stop() => Server.Stop();

    /// <inheritdoc />
    public async Task Release()
    {
        await Server.Release();
        DeactivateOnIdle();
    }

    /// <inheritdoc />
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => _server?.End() ?? Task.CompletedTask;

    private void Log(Incident incident) => LogIncident(
        incident.Kind.IsDisturbance() ? LogLevel.Warning : LogLevel.Information, _generation.RunId, incident.Step, incident.Silo, incident.Kind, incident.Reason);

    /// <summary>
    /// The error for a call to a parameter server that has not begun. Such a call creates an
    /// activation, so the method also ends the activation.
    /// </summary>
    private InvalidOperationException NotBegun()
    {
        DeactivateOnIdle();
        return new InvalidOperationException($"Generation {_generation.Number} of run {_generation.RunId} has not begun on this silo.");
    }

    /// <summary>
    /// Starts the parameter server. If it cannot start, the activation ends. If this was the start
    /// of the run, the method also removes from the silos everything that they have prepared for
    /// the run.
    /// </summary>
    private async Task StartOrRelease(ParameterServer server, RunHandover handover)
    {
        try
        {
            await server.Start();
        }
        catch (Exception failure)
        {
            DeactivateOnIdle();
            server.Dispose();
            if (handover.Incident is null && failure is not SupersededException)
            {
                await server.Release();
            }

            throw;
        }
    }

    private async Task EndWhenNotNeeded(UndrivenTraining undriven)
    {
        if (await undriven.Watch(_generation))
        {
            LogNotNeeded(_generation.Number, _generation.RunId);
            DeactivateOnIdle();
        }
    }

    private void StandDown()
    {
        LogSuperseded(_generation.Number, _generation.RunId);
        DeactivateOnIdle();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Generation {Generation} of run {RunId} continues from step {Step}")]
    private partial void LogBegun(long generation, string runId, long step);

    [LoggerMessage(Level = LogLevel.Information, Message = "Generation {Generation} of run {RunId} ends, because nobody needs it any more")]
    private partial void LogNotNeeded(long generation, string runId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Generation {Generation} of run {RunId} stops, because a later generation exists")]
    private partial void LogSuperseded(long generation, string runId);

    [LoggerMessage(Message = "Run {RunId}, step {Step}: {Silo} {Kind}: {Reason}")]
    private partial void LogIncident(LogLevel level, string runId, long step, string silo, IncidentKind kind, string reason);
}

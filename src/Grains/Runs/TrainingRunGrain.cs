using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.ParameterServers;
using Mnist.Distributed.Grains.Telemetry;
using Orleans.Storage;

namespace Mnist.Distributed.Grains.Runs;

/// <inheritdoc cref="ITrainingRunGrain" />
[KeepAlive]
public sealed partial class TrainingRunGrain : Grain, ITrainingRunGrain
{
    private static readonly TimeSpan WatchPatience = TimeSpan.FromSeconds(1);

    private readonly IPersistentState<RunRecord> _record;
    private readonly IPersistentState<RunCheckpoint> _checkpoint;
    private readonly IGrainFactory _grains;
    private readonly TimeProvider _time;
    private readonly TrainingTelemetry _telemetry;
    private readonly ILogger<TrainingRunGrain> _logger;
    private readonly ServerConnection _server;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RunProgress? _progress;
    private bool _stopRequested;
    private bool _leaving;

    /// <summary>The run that the grain's key names.</summary>
    public TrainingRunGrain(
        [PersistentState("run")] IPersistentState<RunRecord> record,
        [PersistentState("checkpoint")] IPersistentState<RunCheckpoint> checkpoint,
        IGrainFactory grains,
        ILocalSiloDetails self,
        IRoster roster,
        TimeProvider time,
        TrainingTelemetry telemetry,
        ILogger<TrainingRunGrain> logger)
    {
        _record = record;
        _checkpoint = checkpoint;
        _grains = grains;
        _time = time;
        _telemetry = telemetry;
        _logger = logger;
        _server = new ServerConnection(grains, roster, self.SiloAddress, time, logger);
    }

    private string RunId => this.GetPrimaryKeyString();

    private RunRecord Record => _record.State;

    /// <summary>A run that was training when its silo was lost goes on.</summary>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (Record is { Status: RunStatus.Running, Plan: { } plan })
        {
            LogWoken(RunId, Record.Epochs.Count);
            _server.Resume(new RunAttempt(RunId, Record.Attempt));
            _ = Drive(plan);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _leaving = true;
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async Task Start(TrainingPlan plan, TrainingState? initial, string? traceParent)
    {
        if (Record.Status != RunStatus.Unknown)
        {
            if (Record.Plan != plan)
            {
                throw new InvalidInputException($"Run {RunId} exists already with another plan: choose another run id.");
            }

            return;
        }

        PlanValidation.Validate(plan);
        var silos = await _server.Begin(new RunAttempt(RunId, 1), plan, initial);
        await Save(initial);
        _record.State = new RunRecord { Status = RunStatus.Running, Plan = plan, Silos = [.. silos], TraceParent = traceParent, Attempt = 1 };
        await _record.WriteStateAsync();
        await _grains.GetGrain<IRunIndexGrain>(IRunIndexGrain.Key).Add(RunId);
        _ = Drive(plan);
    }

    /// <inheritdoc />
    public Task<RunDescription> Describe() => Task.FromResult(new RunDescription(
        RunId,
        Record.Status,
        Record.Plan,
        [.. Record.Epochs],
        [.. Record.Silos],
        Record.Message));

    /// <inheritdoc />
    public async Task<RunEventBatch> Watch(RunCursor cursor)
    {
        if (Record.Status == RunStatus.Unknown)
        {
            throw new InvalidInputException($"There is no run {RunId} on this cluster: 'mnist runs list' names those there are.");
        }

        var changed = _changed.Task;
        var batch = RunWatch.EventsAfter(Record, _progress, cursor);
        if (batch.Events.Count == 0)
        {
            await Task.WhenAny(changed, Task.Delay(WatchPatience, _time));
            batch = RunWatch.EventsAfter(Record, _progress, cursor);
        }

        return batch;
    }

    /// <inheritdoc />
    public Task Stop()
    {
        _stopRequested = true;
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task<TrainingState?> GetState() => Task.FromResult(_checkpoint.State.State);

    private async Task Drive(TrainingPlan plan)
    {
        using var activity = _telemetry.StartRun(RunId, plan, Record.TraceParent);
        try
        {
            while (Record.Epochs.Count < plan.Epochs && !_stopRequested)
            {
                await TrainEpoch(plan, activity?.Id);
            }

            if (Record.Epochs.Count < plan.Epochs)
            {
                var state = await Ask(server => server.Stop());
                await Save(state);
                await End(RunStatus.Stopped, $"stopped after step {state.Step} of {plan.TotalSteps}");
            }
            else
            {
                await End(RunStatus.Completed, null);
            }
        }
        catch (DivergedException divergence)
        {
            await End(RunStatus.Failed, divergence.Message);
        }
        catch (Exception other) when (_leaving || other is InconsistentStateException)
        {
            // This activation is on its way out, or another one has written the record: that one drives the run, this one stands down.
            LogStoodDown(RunId, other.Message);
            DeactivateOnIdle();
            return;
        }
        catch (Exception failure)
        {
            LogFailed(RunId, failure);
            await End(RunStatus.Failed, $"the cluster failed: {failure.Message}");
        }

        await _grains.GetGrain<IParameterServerGrain>(RunKey.Of(RunId, _server.Attempt.Number)).Release();
    }

    private async Task TrainEpoch(TrainingPlan plan, string? traceParent)
    {
        var epoch = Record.Epochs.Count + 1;
        var target = (long)plan.StepsPerEpoch * epoch;
        using var activity = _telemetry.StartEpoch(RunId, epoch, traceParent);

        var start = _time.GetTimestamp();
        StepProgress progress;
        do
        {
            progress = await Ask(server => server.Advance(target, activity?.Id));
            if (progress.DivergedAt is { } step)
            {
                throw new DivergedException(
                    $"the loss stopped being a finite number at step {step + 1} (epoch {epoch}): lower --lr; the weights of the last complete epoch are kept");
            }

            _progress = new RunProgress(progress.Step, progress.Totals, progress.Totals.Samples / _time.GetElapsedTime(start).TotalSeconds);
            Signal();
        }
        while (progress.Step < target && !_stopRequested);

        if (progress.Step < target)
        {
            return;
        }

        var seconds = _time.GetElapsedTime(start).TotalSeconds;
        var test = await AskUntilKnown(server => server.Evaluate(target, activity?.Id));
        if (!double.IsFinite(test.Loss))
        {
            throw new DivergedException(
                $"the test loss is not a finite number after step {progress.Step} (epoch {epoch}): lower --lr; the weights of the last complete epoch are kept");
        }

        await Save(await AskUntilKnown(server => server.GetState(target, activity?.Id)));
        Record.Epochs.Add(new EpochMetrics(
            epoch,
            progress.Totals.Steps,
            progress.Totals.Loss,
            progress.Totals.Accuracy,
            test.Loss,
            test.Accuracy,
            seconds,
            progress.Totals.Samples / seconds));
        await _record.WriteStateAsync();
        Signal();
    }

    private async Task<T> AskUntilKnown<T>(Func<IParameterServerGrain, Task<T?>> ask)
        where T : class
    {
        while (true)
        {
            if (await Ask(ask) is { } answer)
            {
                return answer;
            }
        }
    }

    private Task<T> Ask<T>(Func<IParameterServerGrain, Task<T>> ask) => _server.Ask(ask, async attempt =>
    {
        Record.Attempt = attempt.Number;
        await _record.WriteStateAsync();
        return (Record.Plan!, _checkpoint.State.State);
    });

    private async Task Save(TrainingState? state)
    {
        _checkpoint.State.State = state;
        await _checkpoint.WriteStateAsync();
    }

    private async Task End(RunStatus status, string? message)
    {
        Record.Status = status;
        Record.Message = message;
        await _record.WriteStateAsync();
        LogEnded(RunId, status, message);
        Signal();
    }

    private void Signal()
    {
        var changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Run {RunId} has ended: {Status} {Detail}")]
    private partial void LogEnded(string runId, RunStatus status, string? detail);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Run {RunId} goes on here after epoch {Epoch}")]
    private partial void LogWoken(string runId, int epoch);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Run {RunId} is driven elsewhere: {Reason}")]
    private partial void LogStoodDown(string runId, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {RunId} has failed")]
    private partial void LogFailed(string runId, Exception failure);

    private sealed class DivergedException(string message) : Exception(message);
}

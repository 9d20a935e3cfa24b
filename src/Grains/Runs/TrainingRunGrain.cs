using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Telemetry;

namespace Mnist.Distributed.Grains.Runs;

/// <inheritdoc cref="ITrainingRunGrain" />
[KeepAlive]
public sealed partial class TrainingRunGrain(
    [PersistentState("run")] IPersistentState<RunRecord> record,
    [PersistentState("checkpoint")] IPersistentState<RunCheckpoint> checkpoint,
    IGrainFactory grains,
    TimeProvider time,
    TrainingTelemetry telemetry,
    ILogger<TrainingRunGrain> logger) : Grain, ITrainingRunGrain
{
    private static readonly TimeSpan WatchPatience = TimeSpan.FromSeconds(1);

    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RunProgress? _progress;
    private bool _stopRequested;

    private string RunId => this.GetPrimaryKeyString();

    private IParameterServerGrain ParameterServer => grains.GetGrain<IParameterServerGrain>(RunId);

    /// <summary>A run that was training when its silo was lost goes on from its checkpoint.</summary>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (record.State is { Status: RunStatus.Running, Plan: { } plan })
        {
            await ParameterServer.Prepare(plan, checkpoint.State.State);
            _ = Drive(plan);
        }
    }

    /// <inheritdoc />
    public async Task Start(TrainingPlan plan, TrainingState? initial, string? traceParent)
    {
        if (record.State.Status != RunStatus.Unknown)
        {
            if (record.State.Plan != plan)
            {
                throw new InvalidInputException($"Run {RunId} exists already with another plan: choose another run id.");
            }

            return;
        }

        PlanValidation.Validate(plan);
        var silos = await ParameterServer.Prepare(plan, initial);
        checkpoint.State.State = initial;
        await checkpoint.WriteStateAsync();
        record.State = new RunRecord { Status = RunStatus.Running, Plan = plan, Silos = [.. silos], TraceParent = traceParent };
        await record.WriteStateAsync();
        await grains.GetGrain<IRunIndexGrain>(IRunIndexGrain.Key).Add(RunId);
        _ = Drive(plan);
    }

    /// <inheritdoc />
    public Task<RunDescription> Describe() => Task.FromResult(new RunDescription(
        RunId,
        record.State.Status,
        record.State.Plan,
        [.. record.State.Epochs],
        [.. record.State.Silos],
        record.State.Message));

    /// <inheritdoc />
    public async Task<RunEventBatch> Watch(RunCursor cursor)
    {
        if (record.State.Status == RunStatus.Unknown)
        {
            throw new InvalidInputException($"There is no run {RunId} on this cluster: 'mnist runs list' names those there are.");
        }

        var changed = _changed.Task;
        var batch = RunWatch.EventsAfter(record.State, _progress, cursor);
        if (batch.Events.Count == 0)
        {
            await Task.WhenAny(changed, Task.Delay(WatchPatience, time));
            batch = RunWatch.EventsAfter(record.State, _progress, cursor);
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
    public Task<TrainingState?> GetState() => Task.FromResult(checkpoint.State.State);

    private async Task Drive(TrainingPlan plan)
    {
        using var activity = telemetry.StartRun(RunId, plan, record.State.TraceParent);
        try
        {
            while (record.State.Epochs.Count < plan.Epochs && !_stopRequested)
            {
                await TrainEpoch(plan, activity?.Id);
            }

            if (record.State.Epochs.Count < plan.Epochs)
            {
                var state = await ParameterServer.GetState();
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
        catch (Exception failure)
        {
            LogFailed(RunId, failure);
            await End(RunStatus.Failed, $"the cluster failed: {failure.Message}");
        }

        await ParameterServer.Release();
    }

    private async Task TrainEpoch(TrainingPlan plan, string? traceParent)
    {
        var epoch = record.State.Epochs.Count + 1;
        var target = (long)plan.StepsPerEpoch * epoch;
        using var activity = telemetry.StartEpoch(RunId, epoch, traceParent);

        var start = time.GetTimestamp();
        StepProgress progress;
        do
        {
            progress = await ParameterServer.Advance(target, activity?.Id);
            if (progress.DivergedAt is { } step)
            {
                throw new DivergedException(
                    $"the loss stopped being a finite number at step {step + 1} (epoch {epoch}): lower --lr; the weights of the last complete epoch are kept");
            }

            _progress = new RunProgress(progress.Step, progress.Totals, progress.Totals.Samples / time.GetElapsedTime(start).TotalSeconds);
            Signal();
        }
        while (progress.Step < target && !_stopRequested);

        if (progress.Step < target)
        {
            return;
        }

        var seconds = time.GetElapsedTime(start).TotalSeconds;
        var test = await ParameterServer.Evaluate(activity?.Id);
        if (!double.IsFinite(test.Loss))
        {
            throw new DivergedException(
                $"the test loss is not a finite number after step {progress.Step} (epoch {epoch}): lower --lr; the weights of the last complete epoch are kept");
        }

        await Save(await ParameterServer.GetState());
        record.State.Epochs.Add(new EpochMetrics(
            epoch,
            progress.Totals.Steps,
            progress.Totals.Loss,
            progress.Totals.Accuracy,
            test.Loss,
            test.Accuracy,
            seconds,
            progress.Totals.Samples / seconds));
        await record.WriteStateAsync();
        Signal();
    }

    private async Task Save(TrainingState state)
    {
        checkpoint.State.State = state;
        await checkpoint.WriteStateAsync();
    }

    private async Task End(RunStatus status, string? message)
    {
        record.State.Status = status;
        record.State.Message = message;
        await record.WriteStateAsync();
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

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {RunId} has failed")]
    private partial void LogFailed(string runId, Exception failure);

    private sealed class DivergedException(string message) : Exception(message);
}

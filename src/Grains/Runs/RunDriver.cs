using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Telemetry;

namespace Mnist.Distributed.Grains.Runs;

/// <summary>
/// Takes a run through its epochs: train to the next checkpoint, evaluate at the end of the epoch, make durable. Goes on from wherever the record
/// and the parameter server are.
/// </summary>
/// <param name="runId">The run.</param>
/// <param name="store">Its record.</param>
/// <param name="server">Its line to the parameter server.</param>
/// <param name="time">The clock.</param>
/// <param name="telemetry">Spans.</param>
/// <param name="changed">Called when there is something new for watchers.</param>
/// <param name="leaving">Cancelled when the silo leaves: the run is then to be driven elsewhere.</param>
/// <param name="logger">Told how the run ended, within the run's span.</param>
public sealed partial class RunDriver(
    string runId,
    RunStore store,
    ServerConnection server,
    TimeProvider time,
    TrainingTelemetry telemetry,
    Action changed,
    CancellationToken leaving,
    ILogger logger)
{
    private bool _stopRequested;
    private double _serverSeconds;

    /// <summary>How far the run has come beyond its record; null when unknown.</summary>
    public RunProgress? Progress { get; private set; }

    private RunRecord Record => store.Record;

    private TrainingPlan Plan => Record.Plan!;

    /// <summary>As the parameter server counts them: it may be ahead of the run.</summary>
    private double EpochSeconds => Record.EpochSeconds + _serverSeconds - Record.ServerSeconds;

    /// <summary>Lets the run stop after the step it is in.</summary>
    public void Stop() => _stopRequested = true;

    /// <summary>Takes the run to its end.</summary>
    /// <exception cref="DivergedException">The loss is not a finite number any more.</exception>
    /// <exception cref="OperationCanceledException">The silo leaves; nothing is written any more.</exception>
    public async Task Drive()
    {
        _stopRequested = false;
        _serverSeconds = Math.Max(0, Record.ServerSeconds);
        using var activity = telemetry.StartRun(runId, Plan, Record.TraceParent);
        while (Record.Epochs.Count < Plan.Epochs && !_stopRequested)
        {
            await TrainEpoch(activity?.Id);
        }

        if (Record.Epochs.Count == Plan.Epochs)
        {
            await End(RunStatus.Completed, null);
            return;
        }

        var state = await Ask(parameters => parameters.Stop());
        while (state.Step > NextCheckpoint)
        {
            await SetBack(state.Step);
            state = await Ask(parameters => parameters.Stop());
        }

        Checkpoint(state, EpochSeconds);
        await End(RunStatus.Stopped, $"stopped after step {state.Step:N0} of {Plan.TotalSteps:N0}");
    }

    /// <summary>Notes how the run ended.</summary>
    public async Task End(RunStatus status, string? message)
    {
        (Record.Status, Record.Message) = (status, message);
        await Write();
        LogEnded(runId, status, message);
    }

    /// <summary>Makes the record durable and tells the watchers.</summary>
    public async Task Write()
    {
        await store.Write();
        changed();
    }

    /// <summary>Notes something that has happened, unless it is known.</summary>
    public void Note(Incident incident)
    {
        if (!Record.Incidents.Contains(incident))
        {
            Record.Incidents.Add(incident);
            changed();
        }
    }

    /// <summary>Notes which parameter server the run has.</summary>
    public void NoteServer() => (Record.Generation, Record.Server) = (server.Generation.Number, server.Silo);

    /// <summary>What the next parameter server needs to know.</summary>
    public RunHandover Handover(HandoverReason? reason) =>
        new(Plan, Record.Options, Record.Fingerprint, Record.Checkpoint, NextCheckpoint, reason);

    /// <summary>The step at which the run is made durable next.</summary>
    private long NextCheckpoint => CheckpointSchedule.After(Plan, Record.Options, Record.Epochs.Count, Record.Step);

    private async Task TrainEpoch(string? traceParent)
    {
        var epoch = Record.Epochs.Count + 1;
        var end = (long)Plan.StepsPerEpoch * epoch;
        using var activity = telemetry.StartEpoch(runId, epoch, traceParent);
        while (NextCheckpoint is var next && next < end)
        {
            if (await CommitUntil(next, epoch, activity?.Id) is null)
            {
                return;
            }

            Checkpoint(await AskUntilKnown(parameters => parameters.GetState(next, activity?.Id)), EpochSeconds);
            await Write();
        }

        if (await CommitUntil(end, epoch, activity?.Id) is not { } progress)
        {
            return;
        }

        var seconds = EpochSeconds;
        var test = await AskUntilKnown(parameters => parameters.Evaluate(end, activity?.Id));
        if (!double.IsFinite(test.Loss))
        {
            throw new DivergedException($"the test loss is not a finite number after step {end} (epoch {epoch}): lower --lr; the weights of the last checkpoint are kept");
        }

        Checkpoint(await AskUntilKnown(parameters => parameters.GetState(end, activity?.Id)), 0);
        var totals = progress.Totals;
        Record.Epochs.Add(new EpochMetrics(
            epoch, totals.Steps, totals.Loss, totals.Metric, test.Loss, test.Metric, seconds, totals.Samples / seconds, Plan.Metric));
        await Write();
    }

    /// <returns>The progress at <paramref name="target"/>, or null when the run was stopped before.</returns>
    private async Task<StepProgress?> CommitUntil(long target, int epoch, string? traceParent)
    {
        while (true)
        {
            var progress = await Ask(parameters => parameters.Advance(target, store.DurableStep, traceParent));
            if (progress.DivergedAt is { } step)
            {
                throw new DivergedException($"the loss stopped being a finite number at step {step + 1} (epoch {epoch}): lower --lr; the weights of the last checkpoint are kept");
            }

            if (progress.Step > target)
            {
                await SetBack(progress.Step);
                continue;
            }

            foreach (var incident in progress.Incidents)
            {
                Note(incident);
            }

            _serverSeconds = progress.Seconds;
            Progress = new RunProgress(progress.Step, progress.Totals, EpochSeconds > 0 ? progress.Totals.Samples / EpochSeconds : 0);
            changed();
            if (progress.Step == target)
            {
                return progress;
            }

            if (_stopRequested)
            {
                return null;
            }
        }
    }

    /// <summary>Lets another parameter server go on from where the record ends; the one there is has gone past it and does not know any more what was there.</summary>
    private Task SetBack(long step) => server.FailOver($"the newest record that can be read ends before step {step}", HandOver);

    private void Checkpoint(TrainingState state, double epochSeconds)
    {
        Record.Ledger = LedgerBuilder.Join(Record.Ledger, state.Ledger);
        Record.Checkpoint = state;
        Record.EpochSeconds = epochSeconds;
        Record.CheckpointedAt = time.GetUtcNow().UtcDateTime;
        Record.ServerSeconds = _serverSeconds;
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

    private Task<T> Ask<T>(Func<IParameterServerGrain, Task<T>> ask)
    {
        leaving.ThrowIfCancellationRequested();
        return server.Ask(ask, HandOver);
    }

    private async Task<RunHandover> HandOver(HandoverReason reason)
    {
        // Its steps are counted from 0 again, and what the others and the silence have taken belongs to the epoch. Another silo's clock may be ahead.
        _serverSeconds = 0;
        Record.ServerSeconds = -Math.Max(0, (time.GetUtcNow().UtcDateTime - Record.CheckpointedAt).TotalSeconds);
        NoteServer();
        await Write();
        return Handover(reason);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Run {RunId} has ended: {Status} {Detail}")]
    private partial void LogEnded(string runId, RunStatus status, string? detail);
}

/// <summary>The loss of a run stopped being a finite number.</summary>
[GenerateSerializer, Alias("mnist.DivergedException")]
public sealed class DivergedException(string message) : Exception(message);

using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Cluster;
using Mnist.Distributed.Grains.Epochs;
using Mnist.Distributed.Grains.Telemetry;

namespace Mnist.Distributed.Grains.Runs;

/// <summary>
/// Drives a run through its epochs, in the order of <see cref="EpochPolicy"/>. It can start at any
/// state of the record and of the parameter server.
/// </summary>
/// <param name="runId">The run.</param>
/// <param name="store">The record of the run.</param>
/// <param name="server">The connection to the parameter server.</param>
/// <param name="silo">
/// The silo of the run grain. When it drains, another silo drives the run.
/// </param>
/// <param name="telemetry">Spans.</param>
/// <param name="logger">Logs how the run ended, within the span of the run.</param>
public sealed partial class RunDriver(
    string runId,
    RunStore store,
    ServerConnection server,
    HostSilo silo,
    TrainingTelemetry telemetry,
    ILogger logger)
{
    private readonly TimeProvider _time = silo.View.Time;
    private bool _stopRequested;
    private double _serverSeconds;

    /// <summary>The id of the run.</summary>
    public string RunId => runId;

    /// <summary>Tells the watchers that there is something new.</summary>
    public RunNews News { get; } = new();

    /// <summary>The progress of the run beyond its record; null when unknown.</summary>
    public RunProgress? Progress { get; private set; }

    private RunRecord Record => store.Record;

    private TrainingPlan Plan => Record.Plan!;

    /// <summary>
    /// Seconds of the epoch in progress, as the parameter server counts them. The parameter server
    /// may be ahead of the record.
    /// </summary>
    private double EpochSeconds => Record.EpochSeconds + _serverSeconds - Record.ServerSeconds;

    private DateTime Now => _time.GetUtcNow().UtcDateTime;

    /// <summary>Whether somebody is to decide now whether the run goes on.</summary>
    private bool IsPaused => Record.Options.PauseAfter > 0 && Record.Epochs.Count >= Record.Options.PauseAfter;

    private StopDecision Decision => EarlyStopping.After(Plan, Record.TestMetrics);

    /// <summary>The spans and the metrics of the run on this silo.</summary>
    public DriverTelemetry Telemetry { get; } = new(telemetry, runId, silo.View);

    /// <summary>Requests a stop after the step in progress.</summary>
    public void Stop() => _stopRequested = true;

    /// <summary>
    /// Drives the run until it is completed, stopped early by its plan, or stopped by somebody.
    /// </summary>
    /// <exception cref="DivergedException">The loss is not a finite number any more.</exception>
    /// <exception cref="OperationCanceledException">
    /// The silo drains. The driver writes nothing any more.
    /// </exception>
    public async Task Drive()
    {
        _stopRequested = false;
        _serverSeconds = Math.Max(0, Record.ServerSeconds);
        Telemetry.Begin(Plan, Record.TraceParent);
        while (!Decision.IsOver && !IsPaused && !_stopRequested)
        {
            await TrainEpoch();
        }

        if (Decision is { IsOver: true, Reason: var reason })
        {
            await End(RunStatus.Completed, reason);
            return;
        }

        if (IsPaused)
        {
            await End(RunStatus.Stopped, $"paused after epoch {Record.Epochs.Count} of {Plan.Epochs}");
            return;
        }

        var state = await Ask(parameters => parameters.Stop());
        while (state.Step > Next.Step)
        {
            await GoBackToRecord(state.Step);
            state = await Ask(parameters => parameters.Stop());
        }

        Checkpoint(state, EpochSeconds);
        await End(RunStatus.Stopped, $"stopped after step {state.Step:N0} of {Plan.TotalSteps:N0}");
    }

    /// <summary>Notes how the run ended.</summary>
    public async Task End(RunStatus status, string? message)
    {
        (Record.Status, Record.Message, Record.EndedAt) = (status, message, Now);
        Record.Curves.Close(Now);
        await Write();
        LogEnded(runId, status, message);
        Telemetry.End(status, message, Plan, KeptWeights.Of(Record));
    }

    /// <summary>Writes the record to the store and tells the watchers.</summary>
    public async Task Write()
    {
        await store.Write();
        News.Announce();
    }

    /// <summary>Adds an incident of this silo to the record and to the trace.</summary>
    public void NoteHere(Incident incident)
    {
        if (!Knows(incident))
        {
            telemetry.TraceOf(runId, Record.TraceParent).Mark(incident);
        }

        Note(incident);
    }

    /// <summary>Adds an incident to the record, unless the record has it already.</summary>
    public void Note(Incident incident)
    {
        if (!Knows(incident))
        {
            Record.Incidents.Add(incident);
            News.Announce();
        }
    }

    private bool Knows(Incident incident) => Record.Incidents.Exists(incident.IsSame);

    /// <summary>Notes the generation and the silo of the parameter server in the record.</summary>
    public void NoteServer() => (Record.Generation, Record.Server) = (server.Generation.Number, server.Silo);

    /// <summary>Builds the handover for the next parameter server.</summary>
    public RunHandover Handover(HandoverReason? reason) =>
        new(Plan, Record.Options, Record.Fingerprint, Record.Checkpoint, Next.Step, reason, Record.TestMetrics, Record.TraceParent);

    /// <summary>The next milestone of the run.</summary>
    private Milestone Next => new EpochPolicy(Plan, Record.Options).Next(Record.Epochs.Count, Record.Step);

    private async Task TrainEpoch()
    {
        var epoch = Record.Epochs.Count + 1;
        using var activity = Telemetry.StartEpoch(epoch);
        while (Record.Epochs.Count < epoch && await Reach(Next))
        {
        }
    }

    /// <summary>Trains up to a milestone, and evaluates and checkpoints there.</summary>
    /// <returns>Whether the milestone was reached, and the run not stopped before.</returns>
    private async Task<bool> Reach(Milestone milestone)
    {
        if (await CommitUntil(milestone) is not { } progress)
        {
            return false;
        }

        var seconds = EpochSeconds;
        var test = milestone.EndsEpoch ? await Evaluate(milestone) : null;
        await Telemetry.Checkpoint(milestone.Step, async () =>
        {
            var state = await AskUntilAnswered(parameters => parameters.GetState(milestone.Step));
            Checkpoint(state, milestone.EndsEpoch ? 0 : EpochSeconds);
            if (test is not null)
            {
                var totals = progress.Totals;
                Record.Epochs.Add(new EpochMetrics(
                    milestone.Epoch, totals.Steps, totals.Loss, totals.Metric, test.Loss, test.Metric, seconds, totals.Samples / seconds, Plan.Metric));
                Record.Best = KeptWeights.Best(Record, state);
            }

            await Write();
        });
        return true;
    }

    private async Task<EvaluationResult> Evaluate(Milestone milestone)
    {
        var test = await AskUntilAnswered(parameters => parameters.Evaluate(milestone.Step));
        Telemetry.Evaluated(test);
        return double.IsFinite(test.Loss)
            ? test
            : throw new DivergedException(
                $"the test loss is not a finite number after step {milestone.Step} (epoch {milestone.Epoch}): lower the learning rate; the weights of the last checkpoint are kept");
    }

    /// <returns>The progress at the milestone; null when the run was stopped before.</returns>
    private async Task<StepProgress?> CommitUntil(Milestone milestone)
    {
        var target = milestone.Step;
        while (true)
        {
            var progress = await Ask(parameters => parameters.Advance(target, store.DurableStep));
            if (progress.DivergedAt is { } step)
            {
                throw new DivergedException($"the loss stopped being a finite number at step {step + 1} (epoch {milestone.Epoch}): lower the learning rate; the weights of the last checkpoint are kept");
            }

            if (progress.Step > target)
            {
                await GoBackToRecord(progress.Step);
                continue;
            }

            foreach (var incident in progress.Incidents)
            {
                Note(incident);
            }

            _serverSeconds = progress.Seconds;
            Progress = new RunProgress(progress.Step, progress.Totals, EpochSeconds > 0 ? progress.Totals.Samples / EpochSeconds : 0, progress.Silos);
            Record.Curves.Add(Plan, progress.Step, progress.Totals, EpochSeconds, Now);
            News.Announce();
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

    /// <summary>
    /// Replaces the parameter server by one that continues from the end of the record. The present
    /// one has passed that step and does not have its state any more.
    /// </summary>
    private Task GoBackToRecord(long step) => server.FailOver($"the newest record that can be read ends before step {step}", HandOver);

    private void Checkpoint(TrainingState state, double epochSeconds)
    {
        Record.Ledger = LedgerBuilder.Join(Record.Ledger, state.Ledger);
        Record.Checkpoint = state;
        Record.EpochSeconds = epochSeconds;
        Record.CheckpointedAt = Now;
        Record.ServerSeconds = _serverSeconds;
    }

    private async Task<T> AskUntilAnswered<T>(Func<IParameterServerGrain, Task<T?>> ask)
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

    private async Task<T> Ask<T>(Func<IParameterServerGrain, Task<T>> ask)
    {
        silo.Shutdown.Announced.ThrowIfCancellationRequested();
        try
        {
            return await server.Ask(ask, HandOver);
        }
        finally
        {
            Telemetry.Answered();
        }
    }

    private async Task<RunHandover> HandOver(HandoverReason reason)
    {
        // The new parameter server counts its seconds from 0. The time since the checkpoint, by the
        // clock of another silo, belongs to the epoch; it must not be negative.
        _serverSeconds = 0;
        Record.ServerSeconds = -Math.Max(0, (Now - Record.CheckpointedAt).TotalSeconds);
        NoteServer();
        Telemetry.HandOver(server.Generation, new Incident(Progress?.Step ?? Record.Step, reason.Kind, silo.View.Roster.NameOf(server.Silo!), reason.Reason, 0, Now));
        await Write();
        return Handover(reason);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Run {RunId} has ended: {Status} {Detail}")]
    private partial void LogEnded(string runId, RunStatus status, string? detail);
}

using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Grains.Cluster;
using Mnist.Distributed.Grains.ParameterServers;
using Orleans.Storage;

namespace Mnist.Distributed.Grains.Runs;

/// <summary>
/// Decides whether this activation of the run grain drives its run. It continues a run whose silo
/// was lost, claims the run by writing its record, gives way to another activation that has claimed
/// the run, and moves the run when this silo drains.
/// </summary>
/// <param name="store">The record of the run.</param>
/// <param name="server">The connection to the parameter server.</param>
/// <param name="driver">Drives the run.</param>
/// <param name="silo">The silo of the activation.</param>
/// <param name="activation">The activation.</param>
/// <param name="logger">Logs every change.</param>
public sealed partial class RunOwnership(
    RunStore store,
    ServerConnection server,
    RunDriver driver,
    HostSilo silo,
    IRunActivation activation,
    ILogger logger)
{
    private Task _driving = Task.CompletedTask;
    private bool _leaving;

    /// <summary>
    /// A task that ends when it is known whether a run that the record calls running still exists
    /// on some silo.
    /// </summary>
    public Task Waking { get; private set; } = Task.CompletedTask;

    /// <summary>Whether the run starts or is resumed at the moment.</summary>
    public bool IsStarting { get; private set; }

    private string RunId => driver.RunId;

    private RunRecord Record => store.Record;

    /// <summary>
    /// Waits until it is known whether the run goes on and, if it does not, until nothing drives it
    /// any more. The end of a run is written before its silos have been told to forget the run.
    /// </summary>
    public async Task Settle()
    {
        await Waking;
        if (Record.Status != RunStatus.Running)
        {
            await _driving;
        }
    }

    /// <summary>
    /// Continues the run if its record says that it is running. A record also says that the run is
    /// interrupted if a resume had begun when its silo was lost.
    /// </summary>
    public void Awake()
    {
        if (Record.Status is RunStatus.Running or RunStatus.Interrupted)
        {
            Waking = Wake();
        }
    }

    /// <summary>Notes that the activation ends.</summary>
    public void Leave() => _leaving = true;

    /// <summary>Keeps the activation alive during the start or the resume of a run.</summary>
    public async Task Keep(Func<Task> start)
    {
        IsStarting = true;
        try
        {
            await start();
        }
        finally
        {
            IsStarting = false;
        }
    }

    /// <summary>Claims a run that was started or resumed, and drives it.</summary>
    public async Task Begin(string? traceParent)
    {
        Record.Status = RunStatus.Running;
        Record.EndedAt = null;
        Record.TraceParent ??= traceParent;
        driver.Telemetry.Cause = traceParent == Record.TraceParent ? null : traceParent;
        Record.CheckpointedAt = silo.View.Time.GetUtcNow().UtcDateTime;
        Record.ServerSeconds = 0;
        await store.WriteToBoth();
        driver.News.Announce();
        _driving = Drive();
    }

    /// <summary>
    /// Ends the activation when the run has not been training for a while. The store has the whole
    /// record, and the next request for the run activates the grain again.
    /// </summary>
    /// <param name="rest">How long the activation is kept.</param>
    public async Task LeaveWhenOver(TimeSpan rest)
    {
        do
        {
            await Task.Delay(rest, silo.View.Time);
        }
        while (!_leaving && (IsStarting || !Waking.IsCompleted || !_driving.IsCompleted || Record.Status == RunStatus.Running));

        if (!_leaving)
        {
            activation.End();
        }
    }

    /// <summary>Notes an incident of this silo.</summary>
    public void Note(IncidentKind kind, string reason) =>
        driver.NoteHere(new Incident(driver.Progress?.Step ?? Record.Step, kind, silo.View.Name, reason, 0, silo.View.Time.GetUtcNow().UtcDateTime));

    /// <summary>
    /// Continues a run that has not ended. If a silo still holds the run, then the cluster exists
    /// and only the silo of the run grain was lost. Otherwise every silo was lost, and the run is
    /// interrupted.
    /// </summary>
    private async Task Wake()
    {
        var roster = silo.View.Roster;
        var holders = roster.Active.Select(other => roster.On(other).Holds(RunId)).ToList();
        while (holders.Count > 0)
        {
            var answered = await Task.WhenAny(holders);
            holders.Remove(answered);
            if (await Outcome.Of(answered) is { Value: true })
            {
                LogContinued(RunId, Record.Step);
                (Record.Status, Record.Message) = (RunStatus.Running, null);
                Note(IncidentKind.Moved, "the run is driven from this silo from now on");
                server.Rejoin(new RunGeneration(RunId, Record.Generation), Record.Server!);
                await Claim();
                return;
            }
        }

        Record.Status = RunStatus.Interrupted;
        Record.Message = $"every silo was lost; it goes on from step {Record.Step:N0} when it is resumed";
        driver.News.Announce();
    }

    /// <summary>
    /// Claims a run that is running, and drives it. When a silo is lost, the grain directory may
    /// also lose the entry of an activation that is still alive. That activation gives way when its
    /// next write fails.
    /// </summary>
    private async Task Claim()
    {
        try
        {
            await driver.Write();
            _driving = Drive();
        }
        catch (InconsistentStateException other)
        {
            LogGaveWay(RunId, other.Message);
            activation.End();
        }
    }

    private async Task Drive()
    {
        using var handover = silo.Shutdown.Await();
        try
        {
            await DriveUntilEnded();
        }
        catch (OperationCanceledException) when (silo.Shutdown.Announced.IsCancellationRequested)
        {
            driver.Telemetry.GiveWay();
            MoveElsewhere();
            return;
        }
        catch (Exception other) when (MustGiveWay(other))
        {
            driver.Telemetry.GiveWay();
            LogGaveWay(RunId, other.Message);
            activation.End();
            return;
        }

        var released = await Outcome.Of(Release());
        if (released.Failure is not null)
        {
            LogNotReleased(RunId, released.Reason!);
        }
    }

    /// <summary>
    /// Drives the run until it has ended or failed. A failure may only mean that another activation
    /// drives the same parameter server and is ahead. The write that notes the failure then fails
    /// too, because the other activation has written the record.
    /// </summary>
    private async Task DriveUntilEnded()
    {
        try
        {
            await driver.Drive();
        }
        catch (Exception ended) when (ended is DivergedException or InvalidInputException)
        {
            await driver.End(RunStatus.Failed, ended.Message);
        }
        catch (Exception failure) when (!MustGiveWay(failure))
        {
            LogFailed(RunId, failure);
            await driver.End(RunStatus.Failed, $"the cluster failed: {failure.Message}");
        }
    }

    /// <summary>
    /// Whether a failure only means that this activation must not drive the run any longer: the
    /// activation ends, its silo drains, or another activation has written the record.
    /// </summary>
    private bool MustGiveWay(Exception failure) =>
        _leaving
        || failure is InconsistentStateException
        || (failure is OperationCanceledException && silo.Shutdown.Announced.IsCancellationRequested);

    /// <summary>
    /// Moves the run to another silo before this one ends. It avoids the silo of the parameter
    /// server if there is a choice.
    /// </summary>
    private void MoveElsewhere()
    {
        var elsewhere = silo.View.Roster.Active.FirstOrDefault(other => !other.Equals(silo.View.Address) && !other.Equals(server.Silo)) ?? server.Silo!;
        LogGaveWay(RunId, $"this silo drains, the run moves to {elsewhere}");
        activation.MoveTo(elsewhere);
    }

    private async Task<bool> Release()
    {
        await server.Release();
        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Run {RunId} continues on this silo; its record ends at step {Step}")]
    private partial void LogContinued(string runId, long step);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Another silo drives run {RunId}: {Reason}")]
    private partial void LogGaveWay(string runId, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {RunId} has failed")]
    private partial void LogFailed(string runId, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The silos were not told to forget run {RunId}: {Reason}")]
    private partial void LogNotReleased(string runId, string reason);
}

/// <summary>The activation of the run grain.</summary>
public interface IRunActivation
{
    /// <summary>
    /// Ends the activation after the call in progress. The next call activates the grain again.
    /// </summary>
    void End();

    /// <summary>Activates the grain on another silo instead of this one.</summary>
    void MoveTo(SiloAddress silo);
}

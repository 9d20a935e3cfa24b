using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Grains.Cluster;
using Mnist.Distributed.Grains.ParameterServers;
using Orleans.Storage;

namespace Mnist.Distributed.Grains.Runs;

/// <summary>
/// Decides whether this activation drives its run. It wakes a run whose silo was lost, claims the
/// run by writing its record, stands down for an activation that has claimed it, and moves the run
/// when this silo leaves.
/// </summary>
/// <param name="store">The run's record.</param>
/// <param name="server">The run's line to its parameter server.</param>
/// <param name="driver">Drives the run.</param>
/// <param name="silo">The silo of the activation.</param>
/// <param name="activation">The activation.</param>
/// <param name="logger">Told of every change.</param>
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

    /// <summary>Ends when it is known whether a run that was running still lives.</summary>
    public Task Waking { get; private set; } = Task.CompletedTask;

    /// <summary>Whether the run is about to start or to be resumed.</summary>
    public bool IsStarting { get; private set; }

    private string RunId => driver.RunId;

    private RunRecord Record => store.Record;

    /// <summary>Wakes the run if its record calls it running.</summary>
    public void Awake()
    {
        if (Record.Status == RunStatus.Running)
        {
            Waking = Wake();
        }
    }

    /// <summary>Takes note that the activation ends.</summary>
    public void Leave() => _leaving = true;

    /// <summary>Keeps the activation while a run starts or is resumed.</summary>
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

    /// <summary>Claims a run that has just been started or resumed, and drives it.</summary>
    public async Task Begin(string? traceParent)
    {
        Record.Status = RunStatus.Running;
        Record.TraceParent = traceParent;
        Record.CheckpointedAt = silo.View.Time.GetUtcNow().UtcDateTime;
        Record.ServerSeconds = 0;
        await driver.Write();
        _driving = Drive();
    }

    /// <summary>
    /// Ends the activation once the run has not run for a while: all of it is in the store, and
    /// whoever asks for the run has it read again.
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

    /// <summary>Notes something that has happened on this silo.</summary>
    public void Note(IncidentKind kind, string reason) =>
        driver.Note(new Incident(driver.Progress?.Step ?? Record.Step, kind, silo.View.Name, reason, 0));

    /// <summary>
    /// Goes on with a run that its record calls running: if a silo still has its state, the cluster
    /// lives and only the run's own silo was lost.
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
                LogWoken(RunId, Record.Step);
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
    /// Claims a run that is running, and drives it. The directory may have forgotten another
    /// activation together with a lost silo; that activation stands down when it writes next.
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
            LogStoodDown(RunId, other.Message);
            activation.End();
        }
    }

    private async Task Drive()
    {
        using var handover = silo.Shutdown.Await();
        try
        {
            await DriveToAnEnd();
        }
        catch (OperationCanceledException) when (silo.Shutdown.Announced.IsCancellationRequested)
        {
            MoveElsewhere();
            return;
        }
        catch (Exception other) when (StandsDown(other))
        {
            LogStoodDown(RunId, other.Message);
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
    /// Drives the run until it has ended or has failed. A failure may only mean that another
    /// activation is ahead with the same parameter server. The write that notes the failure shows
    /// that, as any write does.
    /// </summary>
    private async Task DriveToAnEnd()
    {
        try
        {
            await driver.Drive();
        }
        catch (DivergedException divergence)
        {
            await driver.End(RunStatus.Failed, divergence.Message);
        }
        catch (Exception failure) when (!StandsDown(failure))
        {
            LogFailed(RunId, failure);
            await driver.End(RunStatus.Failed, $"the cluster failed: {failure.Message}");
        }
    }

    /// <summary>
    /// Whether a failure only says that this activation is not to drive the run any longer: the
    /// activation or its silo leaves, or another activation has written the record.
    /// </summary>
    private bool StandsDown(Exception failure) =>
        _leaving
        || failure is InconsistentStateException
        || (failure is OperationCanceledException && silo.Shutdown.Announced.IsCancellationRequested);

    /// <summary>Moves the run to another silo before this one is gone.</summary>
    private void MoveElsewhere()
    {
        var elsewhere = silo.View.Roster.Active.FirstOrDefault(other => !other.Equals(silo.View.Address) && !other.Equals(server.Silo)) ?? server.Silo!;
        LogStoodDown(RunId, $"this silo leaves, {elsewhere} takes the run");
        activation.MoveTo(elsewhere);
    }

    private async Task<bool> Release()
    {
        await server.Release();
        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Run {RunId} goes on here; its record ends at step {Step}")]
    private partial void LogWoken(string runId, long step);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Run {RunId} is driven elsewhere: {Reason}")]
    private partial void LogStoodDown(string runId, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {RunId} has failed")]
    private partial void LogFailed(string runId, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The silos were not told to forget run {RunId}: {Reason}")]
    private partial void LogNotReleased(string runId, string reason);
}

/// <summary>The activation of a run's grain.</summary>
public interface IRunActivation
{
    /// <summary>
    /// Ends the activation after the call it is at; the next call activates the grain anew.
    /// </summary>
    void End();

    /// <summary>Activates the grain on another silo in place of this one.</summary>
    void MoveTo(SiloAddress silo);
}

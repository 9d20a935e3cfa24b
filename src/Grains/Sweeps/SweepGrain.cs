using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Contracts.Sweeps;
using Mnist.Distributed.Grains.Cluster;
using Mnist.Distributed.Grains.Runs;
using Orleans.Storage;

namespace Mnist.Distributed.Grains.Sweeps;

/// <inheritdoc cref="ISweepGrain" />
[KeepAlive]
public sealed partial class SweepGrain(
    [PersistentState("sweep")] IPersistentState<SweepRecord> stored, HostSilo silo, ILogger<SweepGrain> logger) : Grain, ISweepGrain
{
    private static readonly TimeSpan WatchTimeout = TimeSpan.FromSeconds(1);

    private readonly RunNews _news = new();

    private readonly StateWriter<SweepRecord> _writer = new(stored);

    private readonly CancellationTokenSource _leave = new();
    private CancellationTokenSource _stop = new();
    private Task _driving = Task.CompletedTask;
    private string? _problem;
    private long _version = TimeProvider.System.GetTimestamp();

    private string SweepId => this.GetPrimaryKeyString();

    private SweepRecord Record => stored.State;

    /// <summary>Goes on with a sweep whose silo was lost.</summary>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Begin();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _leave.CancelAsync();
        await _driving;
    }

    /// <inheritdoc />
    public async Task Start(SweepPlan plan, TrainingState? initial)
    {
        RunId.Validate(SweepId);
        SweepPlan.Validate(plan);
        if (Record.Status == RunStatus.Unknown)
        {
            Record.Plan = plan;
            Record.Initial = initial;
            Record.Trials = [.. plan.Trials.Select(trial => new TrialState(trial.Number, TrialStatus.Waiting, []))];
            Record.StartedAt = silo.View.Time.GetUtcNow().UtcDateTime;
            Record.Status = RunStatus.Running;
            await Write();
        }

        InvalidInputException.Require(Record.Plan!.Command == plan.Command, $"Sweep {SweepId} exists already with another plan: choose another id.");
        await GoOn();
    }

    /// <inheritdoc />
    public Task<SweepDescription> Describe() => Task.FromResult(Record.Describe(SweepId, _problem, _version));

    /// <inheritdoc />
    public async Task<SweepDescription> Watch(long version)
    {
        if (version == _version)
        {
            await Task.WhenAny(_news.Next, Task.Delay(WatchTimeout, silo.View.Time));
        }

        return (await Describe()) with { Plan = null };
    }

    /// <inheritdoc />
    public async Task Stop()
    {
        await _stop.CancelAsync();
        await _driving;
    }

    /// <inheritdoc />
    public async Task Resume()
    {
        InvalidInputException.Require(Record.Status != RunStatus.Unknown, $"There is no sweep {SweepId} on this cluster: look at the list of its sweeps.");
        InvalidInputException.Require(Record.Status != RunStatus.Completed, $"Sweep {SweepId} is complete: there is nothing to resume.");
        if (Record.Status == RunStatus.Stopped)
        {
            await _driving;
            _stop = new CancellationTokenSource();
            (Record.Status, Record.EndedAt) = (RunStatus.Running, null);
            await Write();
        }

        await GoOn();
    }

    /// <inheritdoc />
    public async Task Delete()
    {
        InvalidInputException.Require(Record.Status != RunStatus.Running, $"Sweep {SweepId} is not over: stop it first.");
        foreach (var trial in Record.Trials)
        {
            var run = silo.Grains.GetGrain<ITrainingRunGrain>(SweepDescription.RunIdOf(SweepId, trial.Number));
            if ((await run.Describe()).Status != RunStatus.Unknown)
            {
                await run.Delete();
            }
        }

        await stored.ClearStateAsync();
        await Queue.RemoveSweep(SweepId);
        DeactivateOnIdle();
    }

    /// <inheritdoc />
    public Task<bool> Tend()
    {
        Begin();
        return Task.FromResult(Record.Status == RunStatus.Running);
    }

    private IRunQueueGrain Queue => silo.Grains.GetGrain<IRunQueueGrain>(IRunQueueGrain.Key);

    private async Task GoOn()
    {
        if (Record.Status == RunStatus.Running)
        {
            await Queue.AddSweep(SweepId);
            Begin();
        }
    }

    private void Begin()
    {
        if (Record is { Status: RunStatus.Running, Damage: null } && _driving.IsCompleted)
        {
            _driving = Drive();
        }
    }

    private async Task Drive()
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_leave.Token);
        try
        {
            await new SweepDriver(SweepId, Record, silo, Write, Announce).Drive(_stop.Token, ended.Token);
            LogEnded(SweepId, Record.Status);
        }
        catch (OperationCanceledException) when (_leave.IsCancellationRequested)
        {
        }
        catch (InconsistentStateException other)
        {
            LogGaveWay(SweepId, other.Message);
            DeactivateOnIdle();
        }
        catch (Exception failure)
        {
            // The silos tend the sweep each second, and it goes on from its record.
            LogFailed(SweepId, failure);
            _problem = failure.Message;
            Announce();
        }
        finally
        {
            await ended.CancelAsync();
        }
    }

    private async Task Write()
    {
        await _writer.Write();
        _problem = null;
        Announce();
    }

    private void Announce()
    {
        _version++;
        _news.Announce();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Sweep {SweepId} has ended: {Status}")]
    private partial void LogEnded(string sweepId, RunStatus status);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Another activation drives sweep {SweepId}: {Reason}")]
    private partial void LogGaveWay(string sweepId, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Sweep {SweepId} cannot go on")]
    private partial void LogFailed(string sweepId, Exception failure);
}

using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.Sweeps;
using Mnist.Distributed.Grains.Cluster;

namespace Mnist.Distributed.Grains.Sweeps;

/// <summary>
/// Drives a sweep to its end: it starts waiting trials while there are free compute threads, and
/// lets <see cref="HalvingSchedule"/> decide at each rung. It can begin at any state of the record.
/// </summary>
/// <param name="sweepId">The sweep.</param>
/// <param name="record">The record of the sweep.</param>
/// <param name="silo">The silo of the sweep grain.</param>
/// <param name="write">Writes the record and tells the watchers.</param>
/// <param name="announce">Tells the watchers that the record has changed.</param>
public sealed class SweepDriver(string sweepId, SweepRecord record, HostSilo silo, Func<Task> write, Action announce)
{
    /// <summary>How often the driver looks whether there are more compute threads.</summary>
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time = silo.View.Time;
    private readonly SweepPlan _plan = record.Plan!;
    private readonly HalvingSchedule _schedule = new(record.Plan!);
    private readonly SemaphoreSlim _starts = new(1);
    private readonly Dictionary<int, Task<TrialState>> _running = [];

    /// <summary>Drives the sweep until it is over or stopped.</summary>
    /// <param name="stop">Stops all trials, each after its step.</param>
    /// <param name="leave">Ends the driving; the trials go on.</param>
    /// <exception cref="OperationCanceledException">The driving has been ended.</exception>
    public async Task Drive(CancellationToken stop, CancellationToken leave)
    {
        while (true)
        {
            // The silo of the driver may have been lost before the decision about its trials.
            if (_schedule.Decide(record.Trials) is { } decided)
            {
                record.Trials = [.. decided];
                await write();
            }

            if (!stop.IsCancellationRequested)
            {
                await StartTrials(stop, leave);
            }

            if (_running.Count == 0)
            {
                break;
            }

            await WaitForTrial(stop, leave);
            await TakeEnded();
        }

        record.Status = record.Trials.TrueForAll(trial => trial.IsOver) ? RunStatus.Completed : RunStatus.Stopped;
        record.EndedAt = _time.GetUtcNow().UtcDateTime;
        await write();
    }

    /// <summary>Starts waiting trials while there are free compute threads.</summary>
    private async Task StartTrials(CancellationToken stop, CancellationToken leave)
    {
        // A trial that was running when the silo of the driver was lost still has its threads.
        var waiting = record.Trials.Where(trial => !_running.ContainsKey(trial.Number) && trial.Status is TrialStatus.Running or TrialStatus.Waiting)
            .OrderByDescending(trial => trial.Status).ThenBy(trial => trial.Number).ToArray();
        if (waiting.Length == 0)
        {
            return;
        }

        var threads = (await ClusterLoad.Of(silo.View.Roster, _time)).Values.Sum(load => load.Threads);
        TrialState[] started = [.. waiting.Take(Math.Max(1, threads) - _running.Count).Select(trial => trial with { Status = TrialStatus.Running })];
        foreach (var trial in started)
        {
            Set(trial);
            _running[trial.Number] = Train(trial, stop, leave);
        }

        if (started.Length > 0)
        {
            await write();
        }
    }

    private Task<TrialState> Train(TrialState trial, CancellationToken stop, CancellationToken leave)
    {
        var options = _plan.Options with
        {
            IsOnOneSilo = true,
            PauseAfter = _schedule.PauseAfter(trial),
            Labels = _plan.Options.Labels with { Sweep = sweepId },
        };
        var run = silo.Grains.GetGrain<ITrainingRunGrain>(SweepDescription.RunIdOf(sweepId, trial.Number));
        return new TrialRun(run, _plan.Trials[trial.Number - 1].Plan, options, record.Initial, _starts, _time).Train(trial, Set, stop, leave);
    }

    private async Task WaitForTrial(CancellationToken stop, CancellationToken leave)
    {
        using var wake = CancellationTokenSource.CreateLinkedTokenSource(stop.IsCancellationRequested ? CancellationToken.None : stop, leave);
        using var timer = new CancellationTokenSource(RefreshInterval, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(wake.Token, timer.Token);
        var woken = new TaskCompletionSource();
        await using var registration = both.Token.Register(() => woken.TrySetResult());
        await Task.WhenAny([.. _running.Values, woken.Task]);
        leave.ThrowIfCancellationRequested();
    }

    private async Task TakeEnded()
    {
        var ended = _running.Where(trial => trial.Value.IsCompleted).ToArray();
        foreach (var (number, training) in ended)
        {
            _running.Remove(number);
            Set(await training);
        }

        if (ended.Length > 0)
        {
            await write();
        }
    }

    private void Set(TrialState trial)
    {
        record.Trials[trial.Number - 1] = trial;
        announce();
    }
}

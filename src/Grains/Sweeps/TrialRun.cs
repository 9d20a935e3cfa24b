using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Contracts.Sweeps;

namespace Mnist.Distributed.Grains.Sweeps;

/// <summary>
/// Trains a trial up to a rung or to its end. It can begin at any state of the run of the trial: if
/// the run was interrupted, it goes on from its newest checkpoint.
/// </summary>
/// <param name="run">The run of the trial.</param>
/// <param name="plan">The plan of the run.</param>
/// <param name="options">The options of the run.</param>
/// <param name="initial">The state to start from; null for newly drawn weights.</param>
/// <param name="starts">
/// Lets one trial start at a time, so that each one sees on which silos the others are.
/// </param>
/// <param name="time">The clock.</param>
public sealed class TrialRun(
    ITrainingRunGrain run, TrainingPlan plan, RunOptions options, TrainingState? initial, SemaphoreSlim starts, TimeProvider time)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);

    /// <summary>Trains the trial.</summary>
    /// <param name="trial">The state of the trial.</param>
    /// <param name="changed">Receives the state after each epoch.</param>
    /// <param name="stop">Stops the run of the trial after its step.</param>
    /// <param name="leave">Ends the watch; the run goes on.</param>
    /// <returns>
    /// The state at the rung, or at the end; a waiting one if the run was asked to stop.
    /// </returns>
    /// <exception cref="OperationCanceledException">The watch has been ended.</exception>
    public async Task<TrialState> Train(TrialState trial, Action<TrialState> changed, CancellationToken stop, CancellationToken leave)
    {
        var hasBegun = false;
        while (true)
        {
            leave.ThrowIfCancellationRequested();
            try
            {
                var known = await run.Describe().WaitAsync(leave);
                trial = trial with { Epochs = known.Epochs };
                if (known.Status == RunStatus.Running)
                {
                    hasBegun = true;
                    trial = await Follow(trial, changed, stop, leave);
                }
                else if (Outcome(trial, known, hasBegun, stop.IsCancellationRequested) is { } over)
                {
                    return over;
                }
                else
                {
                    await Begin(known.Status, leave);
                    hasBegun = true;
                }
            }
            catch (InvalidInputException refusal)
            {
                return trial with { Status = TrialStatus.Failed, Message = refusal.Message };
            }
            catch (Exception failure) when (PassingFailure.Is(failure) && !leave.IsCancellationRequested)
            {
                await Task.Delay(RetryPause, time, leave);
            }
        }
    }

    /// <returns>
    /// The trial if nothing is to be done for it now; null if its run is to begin.
    /// </returns>
    private TrialState? Outcome(TrialState trial, RunDescription known, bool hasBegun, bool isStopping) => known.Status switch
    {
        RunStatus.Completed => trial with { Status = TrialStatus.Completed },
        RunStatus.Failed or RunStatus.Damaged => trial with { Status = TrialStatus.Failed, Message = known.Message },
        RunStatus.Stopped when options.PauseAfter > 0 && known.Epochs.Count >= options.PauseAfter => trial with { Status = TrialStatus.AtRung },
        _ when isStopping => trial with { Status = TrialStatus.Waiting },
        RunStatus.Stopped when hasBegun => trial with { Status = TrialStatus.Failed, Message = $"somebody has {known.Message}" },
        _ => null,
    };

    private async Task Begin(RunStatus status, CancellationToken leave)
    {
        await starts.WaitAsync(leave);
        try
        {
            await (status == RunStatus.Unknown ? run.Start(plan, options, initial, null) : run.Resume(options.AcceptMixedNumerics, null, options.PauseAfter)).WaitAsync(leave);
        }
        finally
        {
            starts.Release();
        }
    }

    private async Task<TrialState> Follow(TrialState trial, Action<TrialState> changed, CancellationToken stop, CancellationToken leave)
    {
        var cursor = new RunCursor(Started: true, trial.Epochs.Count, 0, Ended: false, 0, null);
        while (!cursor.Ended)
        {
            if (stop.IsCancellationRequested)
            {
                await run.Stop().WaitAsync(leave);
            }

            var batch = await run.Watch(cursor).WaitAsync(leave);
            cursor = batch.Next;
            if (batch.Events.OfType<RunEvent.EpochCompleted>().Select(epoch => epoch.Metrics).ToArray() is { Length: > 0 } epochs)
            {
                trial = trial with { Epochs = [.. trial.Epochs, .. epochs] };
                changed(trial);
            }
        }

        return trial;
    }
}

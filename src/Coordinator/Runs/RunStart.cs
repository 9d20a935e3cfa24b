using System.Diagnostics;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Coordinator.Clusters;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>
/// Starts and resumes runs, also if a silo is lost meanwhile together with its answer.
/// </summary>
internal static class RunStart
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>Starts a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="plan">What to train.</param>
    /// <param name="options">Options of the run that do not change its result.</param>
    /// <param name="initial">The state to start from; null for newly drawn weights.</param>
    /// <param name="traceParent">W3C trace context of the caller, or null.</param>
    /// <exception cref="InvalidInputException">The cluster cannot run the plan.</exception>
    public static Task Start(ITrainingRunGrain run, TrainingPlan plan, RunOptions options, TrainingState? initial, string? traceParent) =>
        Repeat(run, () => run.Start(plan, options, initial, traceParent));

    /// <summary>Continues a run from its newest checkpoint.</summary>
    /// <param name="run">The run.</param>
    /// <param name="acceptMixedNumerics">
    /// Whether silos with other fingerprints may take part.
    /// </param>
    /// <param name="traceParent">W3C trace context of the caller, or null.</param>
    /// <exception cref="InvalidInputException">
    /// There is nothing to resume, or the cluster cannot resume it.
    /// </exception>
    public static Task Resume(ITrainingRunGrain run, bool acceptMixedNumerics, string? traceParent)
    {
        var isRepeated = false;
        return Repeat(run, async () =>
        {
            var mayBeResumed = isRepeated;
            isRepeated = true;
            try
            {
                await run.Resume(acceptMixedNumerics, traceParent);
            }
            catch (InvalidInputException) when (mayBeResumed)
            {
                // If an earlier call has resumed the run, the grain refuses to resume it again.
                if ((await run.Describe()).Status is not (RunStatus.Running or RunStatus.Completed))
                {
                    throw;
                }
            }
        });
    }

    /// <summary>
    /// Repeats a call when the silo that got it has been lost. A silo that is busy with the call is
    /// waited for, because a start may take minutes.
    /// </summary>
    private static async Task Repeat(ITrainingRunGrain run, Func<Task> call)
    {
        long? firstFailure = null;
        for (var pause = RetryingCall.RetryPause; ; pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks)))
        {
            var current = call();
            if (await IsLost(run, current))
            {
                continue;
            }

            try
            {
                await current;
                return;
            }
            catch (Exception failure) when (PassingFailure.Is(failure) && Stopwatch.GetElapsedTime(firstFailure ??= Stopwatch.GetTimestamp()) < RetryingCall.RetryTimeout)
            {
                await Task.Delay(pause);
            }
        }
    }

    /// <summary>
    /// Waits until a call has ended, or until it is silent and no silo works on it.
    /// </summary>
    private static async Task<bool> IsLost(ITrainingRunGrain run, Task call)
    {
        while (await Task.WhenAny(call, Task.Delay(RetryingCall.FirstPatience)) != call)
        {
            if (!await RetryingCall.Ask(run.IsStarting))
            {
                return !call.IsCompleted;
            }
        }

        return false;
    }
}

using Mnist.Distributed.Contracts.Runs;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>
/// Looks after the runs that a silo holds and that nobody asks for. A dead silo's runs are woken when its death is announced, but one such call may fail, and the run grain
/// that it wakes may stand down before another one that is on its way out itself. So a silo that holds a run's state and has not been asked for a step for a while asks for
/// the run. The end of a run, too, may not have reached a silo, or its start has failed before it began: a run that is over is forgotten.
/// </summary>
/// <param name="runs">The runs that the silo holds.</param>
/// <param name="ask">Asks for a run, which wakes it.</param>
/// <param name="forget">Forgets a run.</param>
/// <param name="time">The clock.</param>
public sealed class RunWatchdog(Func<IEnumerable<HeldRun>> runs, Func<string, Task<RunDescription>> ask, Func<string, Task> forget, TimeProvider time)
{
    /// <summary>How long a run that is driven may ask for nothing; asking for one that is driven costs a small message.</summary>
    public static TimeSpan Timeout { get; } = TimeSpan.FromSeconds(5);

    /// <summary>A run that has been silent for so long is forgotten if it is over. One that starts or is resumed is not silent: every silo is asked to prepare.</summary>
    public static TimeSpan Silence { get; } = TimeSpan.FromMinutes(1);

    /// <summary>Keeps looking until <paramref name="end"/>.</summary>
    public async Task Keep(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await Task.Delay(Timeout, time, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            foreach (var run in end.IsCancellationRequested ? [] : runs().Where(IsWorthALook).ToArray())
            {
                LookAfter(run).Ignore();
            }
        }
    }

    private static bool IsWorthALook(HeldRun run) => (run.HasState && run.Idle > Timeout) || run.Unheard > Silence;

    /// <summary>Whether a run needs nothing of what is held of it.</summary>
    private static bool IsOver(RunStatus status, HeldRun run) => status != RunStatus.Running && !(status == RunStatus.Interrupted && run.HasState);

    private async Task LookAfter(HeldRun run)
    {
        var description = await ask(run.RunId);
        if (runs().Any(now => now.RunId == run.RunId && now.Unheard > Silence && IsOver(description.Status, now)))
        {
            await forget(run.RunId);
        }
    }
}

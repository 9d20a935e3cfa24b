using Mnist.Distributed.Contracts.Runs;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>
/// Looks after the runs that a silo holds and that nobody asks for. A dead silo's runs are woken
/// when its death is announced, but that one call may fail, and the run grain that it wakes may
/// stand down before another activation that ends itself. So a silo that holds a run's state, and
/// has not been asked for a step for a while, asks for the run. The end of a run, too, may not have
/// reached a silo, or its start has failed: a run that is over is forgotten.
/// </summary>
/// <param name="runs">The runs that the silo holds.</param>
/// <param name="ask">Asks for a run, which wakes it.</param>
/// <param name="forget">Forgets a run.</param>
/// <param name="options">The limits.</param>
/// <param name="time">The clock.</param>
public sealed class RunWatchdog(
    Func<IEnumerable<HeldRun>> runs,
    Func<string, Task<RunDescription>> ask,
    Func<string, Task> forget,
    RunWatchdogOptions options,
    TimeProvider time)
{
    /// <summary>Keeps looking until <paramref name="end"/>.</summary>
    public async Task Keep(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await Task.Delay(options.Interval, time, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            foreach (var run in end.IsCancellationRequested ? [] : runs().Where(IsWorthALook).ToArray())
            {
                LookAfter(run).Ignore();
            }
        }
    }

    private bool IsWorthALook(HeldRun run) => (run.HasState && run.Idle > options.Interval) || run.Unheard > options.ForgetAfter;

    /// <summary>Whether a run needs nothing of what is held of it.</summary>
    private static bool IsOver(RunStatus status, HeldRun run) => status != RunStatus.Running && !(status == RunStatus.Interrupted && run.HasState);

    private async Task LookAfter(HeldRun run)
    {
        var description = await ask(run.RunId);
        if (runs().Any(now => now.RunId == run.RunId && now.Unheard > options.ForgetAfter && IsOver(description.Status, now)))
        {
            await forget(run.RunId);
        }
    }
}

/// <summary>Options of <see cref="RunWatchdog"/>.</summary>
public sealed class RunWatchdogOptions
{
    /// <summary>
    /// How often to look, and how long a run that is driven may ask for nothing. Asking for a run
    /// that is driven costs a small message. Default: 5 s.
    /// </summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A run that has been silent for so long is forgotten if it is over. A run that starts or is
    /// resumed is not silent: every silo is asked to prepare. Default: 1 min.
    /// </summary>
    public TimeSpan ForgetAfter { get; set; } = TimeSpan.FromMinutes(1);
}

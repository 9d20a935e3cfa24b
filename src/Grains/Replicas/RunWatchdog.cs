using Mnist.Distributed.Contracts.Runs;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>
/// Watches the runs that a silo holds and that no parameter server asks for. When a silo is
/// declared dead, the other silos ask for its runs. But that call may fail, or the run grain that
/// it activates may give way to another activation that then ends itself. So a silo that holds a
/// run, and has had no request for a step for a while, asks for the run. It can also happen that
/// the end of a run did not reach the silo, or that the start of a run failed. So the watchdog
/// removes runs that have ended.
/// </summary>
/// <param name="runs">The runs that have a replica on this silo.</param>
/// <param name="ask">Asks for a run. The call activates the run grain if it is not active.</param>
/// <param name="isStarting">Whether a run starts or is resumed at the moment.</param>
/// <param name="forget">Removes a run from this silo.</param>
/// <param name="options">The intervals.</param>
/// <param name="time">The clock.</param>
public sealed class RunWatchdog(
    Func<IEnumerable<HeldRun>> runs,
    Func<string, Task<RunDescription>> ask,
    Func<string, Task<bool>> isStarting,
    Func<string, Task> forget,
    RunWatchdogOptions options,
    TimeProvider time)
{
    /// <summary>Watches until <paramref name="end"/> is cancelled.</summary>
    public async Task Keep(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await Task.Delay(options.Interval, time, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            foreach (var run in end.IsCancellationRequested ? [] : runs().Where(IsQuiet).ToArray())
            {
                AskAbout(run).Ignore();
            }
        }
    }

    private bool IsQuiet(HeldRun run) => (run.HasState && run.Idle > options.Interval) || run.Unheard > options.ForgetAfter;

    /// <summary>Whether a run will never need its replica on this silo again.</summary>
    private static bool IsOver(RunStatus status, HeldRun run) => status != RunStatus.Running && !(status == RunStatus.Interrupted && run.HasState);

    private async Task AskAbout(HeldRun run)
    {
        var description = await ask(run.RunId);
        if (IsForgotten() && !await isStarting(run.RunId) && IsForgotten())
        {
            await forget(run.RunId);
        }

        bool IsForgotten() => runs().Any(now => now.RunId == run.RunId && now.Unheard > options.ForgetAfter && IsOver(description.Status, now));
    }
}

/// <summary>Options of <see cref="RunWatchdog"/>.</summary>
public sealed class RunWatchdogOptions
{
    /// <summary>
    /// How often the watchdog looks, and how long a run may be without a request for a step before
    /// the silo asks for it. To ask for a run that is driven costs one small message. Default: 5 s.
    /// </summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A run without any request for this time is removed if it has ended. A run that starts or is
    /// resumed is kept. Default: 1 min.
    /// </summary>
    public TimeSpan ForgetAfter { get; set; } = TimeSpan.FromMinutes(1);
}

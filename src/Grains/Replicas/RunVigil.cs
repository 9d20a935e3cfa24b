namespace Mnist.Distributed.Grains.Replicas;

/// <summary>
/// Wakes runs that nobody drives. A dead silo's runs are woken when its death is announced, but one such call may fail, and the run grain that it wakes may
/// stand down before another one that is on its way out itself. So a silo that holds a run's state and has not been asked for a step for a while asks for the run.
/// </summary>
/// <param name="idleRuns">The runs whose state is here and that have not been asked for a step for <see cref="Patience"/>.</param>
/// <param name="wake">Asks for a run.</param>
/// <param name="time">The clock.</param>
public sealed class RunVigil(Func<IEnumerable<string>> idleRuns, Func<string, Task> wake, TimeProvider time)
{
    /// <summary>How long a run that is driven may ask for nothing; asking for one that is driven costs a small message.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Keeps looking until <paramref name="end"/>.</summary>
    public async Task Keep(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await Task.Delay(Patience, time, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            foreach (var runId in end.IsCancellationRequested ? [] : idleRuns().ToArray())
            {
                wake(runId).Ignore();
            }
        }
    }
}

using Microsoft.Extensions.Options;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Runs;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>
/// Starts the background work for the runs of a silo: it asks for runs without a driver, removes
/// runs that have ended, and gives back their memory.
/// </summary>
public sealed class RunUpkeep(
    ReplicaRegistry registry,
    IGrainFactory grains,
    IOptions<RunWatchdogOptions> watchdogOptions,
    IOptions<SpareMemoryOptions> memoryOptions,
    IOptions<RunQueueOptions> queueOptions,
    TimeProvider time)
{
    /// <inheritdoc cref="ReplicaRegistry.RunIds" />
    public IEnumerable<string> RunIds => registry.RunIds;

    /// <summary>Starts the background work. It ends with <paramref name="end"/>.</summary>
    public void Begin(CancellationToken end)
    {
        var watchdog = new RunWatchdog(() => registry.Held, AskFor, runId => grains.GetGrain<ITrainingRunGrain>(runId).IsStarting(), registry.Release, watchdogOptions.Value, time);
        watchdog.Keep(end).Ignore();
        var memory = new SpareMemory(() => registry.RunIds.Any(), () => registry.Made, SpareMemory.GiveBack, memoryOptions.Value, time);
        memory.Keep(end).Ignore();
        if (queueOptions.Value.Interval > TimeSpan.Zero)
        {
            TendQueue(queueOptions.Value.Interval, end).Ignore();
        }
    }

    /// <summary>Asks for a run. The call activates the run grain if it is not active.</summary>
    public Task<RunDescription> AskFor(string runId) => grains.GetGrain<ITrainingRunGrain>(runId).Describe();

    private async Task TendQueue(TimeSpan interval, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await Task.Delay(interval, time, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (!end.IsCancellationRequested)
            {
                // If it fails, the next one follows after the interval.
                grains.GetGrain<IRunQueueGrain>(IRunQueueGrain.Key).Tend().Ignore();
            }
        }
    }
}

/// <summary>Options of the queue of runs.</summary>
public sealed class RunQueueOptions
{
    /// <summary>
    /// How often each silo looks after the queue. With 0, nobody does: for a cluster whose silo
    /// trains one run and ends. Default: 1 s.
    /// </summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);
}

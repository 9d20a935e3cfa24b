using Microsoft.Extensions.Options;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Runs;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>
/// Looks after the runs of a silo in the background: wakes and forgets them, and gives back their
/// memory.
/// </summary>
public sealed class RunUpkeep(
    ReplicaRegistry registry,
    IGrainFactory grains,
    IOptions<RunWatchdogOptions> watchdogOptions,
    IOptions<SpareMemoryOptions> memoryOptions,
    TimeProvider time)
{
    /// <inheritdoc cref="ReplicaRegistry.RunIds" />
    public IEnumerable<string> RunIds => registry.RunIds;

    /// <summary>Looks after the runs until <paramref name="end"/>.</summary>
    public void Begin(CancellationToken end)
    {
        var watchdog = new RunWatchdog(() => registry.Held, AskFor, registry.Release, watchdogOptions.Value, time);
        watchdog.Keep(end).Ignore();
        var memory = new SpareMemory(() => registry.RunIds.Any(), () => registry.Made, SpareMemory.GiveBack, memoryOptions.Value, time);
        memory.Keep(end).Ignore();
    }

    /// <summary>Asks for a run, which wakes it.</summary>
    public Task<RunDescription> AskFor(string runId) => grains.GetGrain<ITrainingRunGrain>(runId).Describe();
}

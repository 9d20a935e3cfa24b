using System.Runtime;
using System.Runtime.InteropServices;
using Mnist.Distributed.Contracts.Memory;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>
/// Gives back the memory that runs have left. The C library keeps freed tensors and the collector
/// keeps freed vectors, because the next step needs them again; and memory without an owner is
/// unmapped only when it is collected. So a silo that has had no run for a moment collects, which
/// stands everything still for a fraction of a second.
/// </summary>
/// <param name="hasRuns">Whether there is a run on the silo.</param>
/// <param name="runsMade">How many there have been.</param>
/// <param name="giveBack">Gives the memory back.</param>
/// <param name="options">The limits.</param>
/// <param name="time">The clock.</param>
public sealed partial class SpareMemory(Func<bool> hasRuns, Func<long> runsMade, Action giveBack, SpareMemoryOptions options, TimeProvider time)
{
    private long _seen;
    private long _clean;

    /// <summary>Keeps looking until <paramref name="end"/>.</summary>
    public async Task Keep(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await Task.Delay(options.Delay, time, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (!end.IsCancellationRequested)
            {
                Look();
            }
        }
    }

    /// <summary>Gives back what nothing on this silo needs.</summary>
    public static void GiveBack()
    {
        OpenSegments.Forget(TimeSpan.Zero);

        // Memory that is mapped goes when its finalizers have run.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out var libc) && NativeLibrary.TryGetExport(libc, "malloc_trim", out _))
        {
            Trim(0);
        }
    }

    private void Look()
    {
        OpenSegments.Forget(options.UnreadAfter);
        var made = runsMade();
        if (!hasRuns() && made == _seen && made > _clean)
        {
            _clean = made;
            giveBack();
        }

        _seen = made;
    }

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint keep);
}

/// <summary>Options of <see cref="SpareMemory"/>.</summary>
public sealed class SpareMemoryOptions
{
    /// <summary>
    /// A silo without a run for so long gives its memory back. It should be longer than it takes to
    /// start one run after the other by hand. Default: 3 s.
    /// </summary>
    public TimeSpan Delay { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Other processes' memory that has not been read for so long belongs to runs that are over.
    /// Default: 15 s.
    /// </summary>
    public TimeSpan UnreadAfter { get; set; } = TimeSpan.FromSeconds(15);
}

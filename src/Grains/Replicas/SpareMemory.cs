using System.Runtime;
using System.Runtime.InteropServices;
using Mnist.Distributed.Contracts.Memory;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>
/// Gives the memory of ended runs back to the system. The C library keeps freed tensors and the
/// garbage collector keeps freed vectors, because the next step usually needs them again. Mapped
/// memory is unmapped only when the collector finalizes it. So a silo that has had no run for a
/// short time runs a full collection, which stops all threads for a fraction of a second.
/// </summary>
/// <param name="hasRuns">Whether there is a run on the silo.</param>
/// <param name="runsMade">Number of runs that there have been on the silo.</param>
/// <param name="giveBack">Gives the memory back.</param>
/// <param name="options">The times.</param>
/// <param name="time">The clock.</param>
public sealed partial class SpareMemory(Func<bool> hasRuns, Func<long> runsMade, Action giveBack, SpareMemoryOptions options, TimeProvider time)
{
    private long _seen;
    private long _clean;

    /// <summary>Works until <paramref name="end"/> is cancelled.</summary>
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

    /// <summary>Gives all unused memory of this process back to the system.</summary>
    public static void GiveBack()
    {
        OpenSegments.Forget(TimeSpan.Zero);

        // Mapped memory is unmapped by finalizers, so they must have run before the second
        // collection.
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
    /// A silo without a run for this time gives its memory back. It should be longer than a person
    /// needs to start one run after the other. Default: 3 s.
    /// </summary>
    public TimeSpan Delay { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Memory of other processes that has not been read for this time belongs to runs that have
    /// ended, and is unmapped. Default: 15 s.
    /// </summary>
    public TimeSpan UnreadAfter { get; set; } = TimeSpan.FromSeconds(15);
}

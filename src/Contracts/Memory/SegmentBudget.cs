using System.Globalization;

namespace Mnist.Distributed.Contracts.Memory;

/// <summary>
/// Limits the number of <see cref="SharedSegment"/>s of a process. Each segment that the process
/// made holds a file descriptor, and each segment that it mapped holds a mapping of the address
/// space. The system limits both. Sockets, files and the runtime need descriptors and mappings too,
/// so segments get a quarter. A vector that gets no segment lies in ordinary memory, and its bytes
/// are sent.
/// </summary>
public static class SegmentBudget
{
    private const int Share = 4;

    /// <summary>
    /// The default limit of mappings in Linux, for systems where the limit cannot be read.
    /// </summary>
    private const long UsualMappings = 65_530;

    private static int _taken;

    /// <summary>
    /// The largest number of segments that this process makes, and the largest number of segments
    /// of other processes that it keeps mapped.
    /// </summary>
    public static int Limit { get; } = LimitOf(ProcessLimits.OpenFiles, MappingLimit());

    /// <summary>Number of segments that this process has made and that are still in use.</summary>
    public static int Taken => Volatile.Read(ref _taken);

    /// <summary>
    /// The limit for a process with the given numbers of descriptors and mappings. A segment takes
    /// two mappings: one of the process that made it, and one for a segment of another process.
    /// </summary>
    public static int LimitOf(long descriptors, long mappings) =>
        (int)Math.Clamp(Math.Min((descriptors - ProcessLimits.NeededOpenFiles) / Share, mappings / (2 * Share)), 0, int.MaxValue);

    /// <summary>Counts one more segment, unless the limit is reached.</summary>
    internal static bool TryTake()
    {
        if (Interlocked.Increment(ref _taken) <= Limit)
        {
            return true;
        }

        GiveBack();
        return false;
    }

    /// <summary>Counts one segment less.</summary>
    internal static void GiveBack() => Interlocked.Decrement(ref _taken);

    private static long MappingLimit()
    {
        try
        {
            return long.Parse(File.ReadAllText("/proc/sys/vm/max_map_count").Trim(), CultureInfo.InvariantCulture);
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException or FormatException or OverflowException)
        {
            return UsualMappings;
        }
    }
}

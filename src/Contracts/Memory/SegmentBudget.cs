using System.Globalization;

namespace Mnist.Distributed.Contracts.Memory;

/// <summary>
/// How many <see cref="SharedSegment"/>s a process may have: each that it has made holds a file descriptor and each that it has mapped a piece of its address space,
/// and the system limits both. Sockets, files and the runtime need theirs, so segments get a part of what is left; what gets none lies in ordinary memory and is sent.
/// </summary>
public static class SegmentBudget
{
    private const int Share = 4;

    /// <summary>Linux' own limit of mappings, where it cannot be read.</summary>
    private const long UsualMappings = 65_530;

    private static int _taken;

    /// <summary>The most segments that this process makes, and the most of others that it keeps mapped.</summary>
    public static int Limit { get; } = LimitOf(ProcessLimits.OpenFiles, MappingLimit());

    /// <summary>The segments that this process has made and that are still in use.</summary>
    public static int Taken => Volatile.Read(ref _taken);

    /// <summary>What a process may have of which the system allows so many descriptors and mappings: two mappings a segment, one made and one of somebody else's.</summary>
    public static int LimitOf(long descriptors, long mappings) =>
        (int)Math.Clamp(Math.Min((descriptors - ProcessLimits.NeededOpenFiles) / Share, mappings / (2 * Share)), 0, int.MaxValue);

    /// <summary>Takes one, if there is one left.</summary>
    internal static bool TryTake()
    {
        if (Interlocked.Increment(ref _taken) <= Limit)
        {
            return true;
        }

        GiveBack();
        return false;
    }

    /// <summary>Gives back what was taken.</summary>
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

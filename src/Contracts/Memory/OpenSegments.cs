
namespace Mnist.Distributed.Contracts.Memory;

/// <summary>
/// The segments of other processes that this process has mapped. It keeps the segments that were
/// used last, for two reasons: the same few segments come with every step, and no segment may be
/// unmapped while somebody reads it. Readers use a buffer that its owner has replaced only until
/// the end of the current step.
/// </summary>
public static class OpenSegments
{
    private static readonly int Kept = Math.Clamp(SegmentBudget.Limit, 1, 1024);

    private static readonly Lock Guard = new();
    private static readonly Dictionary<SharedPlace, Entry> Segments = [];

    /// <summary>The segment at a place.</summary>
    /// <exception cref="IOException">
    /// There is no such segment, or the system does not let this process map it.
    /// </exception>
    public static SharedSegment At(SharedPlace place)
    {
        lock (Guard)
        {
            if (Segments.TryGetValue(place, out var known))
            {
                known.LastUsed = Environment.TickCount64;
                return known.Segment;
            }
        }

        // The segment is opened outside the lock, so a slow system call for one segment does not
        // delay the others.
        var opened = new Entry(SharedSegment.Open(place)) { LastUsed = Environment.TickCount64 };
        lock (Guard)
        {
            if (!Segments.TryAdd(place, opened))
            {
                return Segments[place].Segment;
            }

            if (Segments.Count > Kept)
            {
                Segments.Remove(Segments.MinBy(kept => kept.Value.LastUsed).Key);
            }

            return opened.Segment;
        }
    }

    /// <summary>
    /// Drops the segments that nobody has asked for in the time <paramref name="unused"/>. A
    /// dropped segment stays mapped as long as somebody has a reference to it.
    /// </summary>
    public static void Forget(TimeSpan unused)
    {
        lock (Guard)
        {
            var now = Environment.TickCount64;
            foreach (var (place, entry) in Segments)
            {
                if (now - entry.LastUsed >= unused.TotalMilliseconds)
                {
                    Segments.Remove(place);
                }
            }
        }
    }

    private sealed class Entry(SharedSegment segment)
    {
        public SharedSegment Segment => segment;

        public long LastUsed { get; set; }
    }
}


namespace Mnist.Distributed.Contracts.Memory;

/// <summary>
/// The segments of other processes that this one has mapped. The latest are kept, because the same few come with every step, and so that none is unmapped while
/// somebody reads it: a buffer that its owner has left is read only until the step at hand is over.
/// </summary>
public static class OpenSegments
{
    private static readonly int Kept = Math.Clamp(SegmentBudget.Limit, 1, 1024);

    private static readonly Lock Guard = new();
    private static readonly Dictionary<SharedPlace, Entry> Segments = [];

    /// <summary>The segment at a place.</summary>
    /// <exception cref="IOException">It is not there.</exception>
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

        // The system is asked outside the lock: whatever it takes over one place, others are not kept waiting.
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

    /// <summary>Forgets the segments that nobody has asked for in some time. They stay mapped for as long as somebody has hold of them.</summary>
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

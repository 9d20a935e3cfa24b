namespace Mnist.Distributed.Contracts.Memory;

/// <summary>
/// The segments of other processes that this one has mapped. The latest are kept, because the same few come with every step, and so that none is unmapped while
/// somebody reads it: a buffer that its owner has left is read only until the step at hand is over.
/// </summary>
public static class OpenSegments
{
    private static readonly int Kept = Math.Clamp(SegmentBudget.Limit, 1, 1024);

    private static readonly Lock Guard = new();
    private static readonly Dictionary<SharedPlace, SharedSegment> Segments = [];
    private static readonly Queue<SharedPlace> InOrder = [];

    /// <summary>The segment at a place.</summary>
    /// <exception cref="IOException">It is not there.</exception>
    public static SharedSegment At(SharedPlace place)
    {
        lock (Guard)
        {
            if (Segments.TryGetValue(place, out var known))
            {
                return known;
            }
        }

        // The system is asked outside the lock: whatever it takes over one place, others are not kept waiting.
        var opened = SharedSegment.Open(place);
        lock (Guard)
        {
            if (Segments.TryGetValue(place, out var first))
            {
                return first;
            }

            Segments.Add(place, opened);
            InOrder.Enqueue(place);
            if (InOrder.Count > Kept)
            {
                Segments.Remove(InOrder.Dequeue());
            }

            return opened;
        }
    }
}

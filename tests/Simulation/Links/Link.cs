using Mnist.Distributed.Coordinator.Scaling;
using Mnist.Distributed.Tests.Simulation.Clock;

namespace Mnist.Distributed.Tests.Simulation.Links;

/// <summary>
/// The link of a silo: its processor, which writes and reads messages, and its connection to the
/// network. Each does one thing at a time.
/// </summary>
internal sealed class Link(Timeline timeline, LinkSpeed speed, MessageCost cost)
{
    private TimeSpan _processorFree;
    private TimeSpan _outFree;
    private TimeSpan _inFree;

    /// <summary>Sends a message to another silo.</summary>
    /// <param name="to">The other's link.</param>
    /// <param name="bytes">Bytes of its vector.</param>
    /// <param name="arrived">Called when it has been read there.</param>
    public void Send(Link to, double bytes, Action arrived)
    {
        var work = TimeSpan.FromSeconds(cost.Of(bytes));
        var wire = TimeSpan.FromSeconds((MessageCost.EnvelopeBytes + bytes) / speed.BytesPerSecond);
        Then(_processorFree = Later(_processorFree, timeline.Now) + work, () =>
        {
            var begins = Later(_outFree, timeline.Now);
            _outFree = begins + wire;
            Then(begins + TimeSpan.FromSeconds(speed.LatencySeconds), () => Then(to._inFree = Later(to._inFree, timeline.Now) + wire, () =>
                Then(to._processorFree = Later(to._processorFree, timeline.Now) + work, arrived)));
        });
    }

    private void Then(TimeSpan at, Action what) => timeline.After(at - timeline.Now, null, what);

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;
}

using System.Diagnostics;

namespace Mnist.Distributed.Grains.Telemetry;

/// <summary>Where the time of a step went, in seconds, and its traffic.</summary>
/// <param name="Answers">The silos that have answered.</param>
/// <param name="LastSilo">The silo that answered last; null if it is not known.</param>
/// <param name="Wait">From the first answer to the last one.</param>
/// <param name="Compute">How long the silo that answered last has worked.</param>
/// <param name="Send">
/// From the request to the last answer, without the work of the silo: both ways, and the queues.
/// </param>
/// <param name="Sum">Completing the sum of the gradients.</param>
/// <param name="Commit">The rest of the commit.</param>
/// <param name="Memory">Bytes of vectors through shared memory.</param>
/// <param name="Socket">Bytes of vectors through sockets.</param>
public sealed record StepTimes(
    IReadOnlyList<SiloAnswer> Answers, string? LastSilo, double Wait, double Compute, double Send, double Sum, double Commit, Traffic Memory, Traffic Socket)
{
    /// <summary>Adds the values to a span.</summary>
    public void Describe(Activity activity) => activity
        .SetTag("mnist.step.last_silo", LastSilo)
        .SetTag("mnist.step.wait.seconds", Wait)
        .SetTag("mnist.step.compute.seconds", Compute)
        .SetTag("mnist.step.send.seconds", Send)
        .SetTag("mnist.step.sum.seconds", Sum)
        .SetTag("mnist.step.commit.seconds", Commit)
        .SetTag("mnist.wire.memory.sent", Memory.Sent)
        .SetTag("mnist.wire.memory.received", Memory.Received)
        .SetTag("mnist.wire.socket.sent", Socket.Sent)
        .SetTag("mnist.wire.socket.received", Socket.Received);
}

/// <summary>The answer of a silo in a step.</summary>
/// <param name="Silo">Name of the silo.</param>
/// <param name="Seconds">From the request to the answer.</param>
public readonly record struct SiloAnswer(string Silo, double Seconds);

/// <summary>Bytes of vectors that the parameter server has exchanged with other silos.</summary>
/// <param name="Sent">Bytes sent: updates.</param>
/// <param name="Received">Bytes received: sums of gradients.</param>
public readonly record struct Traffic(long Sent, long Received)
{
    /// <summary>Adds the bytes of each direction.</summary>
    public static Traffic operator +(Traffic left, Traffic right) => new(left.Sent + right.Sent, left.Received + right.Received);
}

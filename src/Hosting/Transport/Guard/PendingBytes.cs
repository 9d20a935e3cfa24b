using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Hosting.Transport.Guard;

/// <summary>
/// Counts the bytes that connections hold of messages that are not complete. A connection that
/// holds few of them is never refused for what others hold.
/// </summary>
/// <param name="most">The most bytes of all connections together.</param>
internal sealed class PendingBytes(long most)
{
    /// <summary>
    /// What each connection may hold in any case: as much as the buffer that it reads into.
    /// </summary>
    public const int Own = 128 * 1024;

    private long _all;

    /// <summary>The bytes of this process.</summary>
    public static PendingBytes OfProcess { get; } = new(StateLimits.MostMessageBytes);

    /// <summary>Notes that a connection holds more or fewer bytes than before.</summary>
    /// <param name="before">The bytes that it has held.</param>
    /// <param name="now">The bytes that it holds.</param>
    /// <exception cref="RefusedFrameException">They are too many. They count all the
    /// same.</exception>
    public void Change(long before, long now)
    {
        var all = Interlocked.Add(ref _all, now - before);
        if (all > most && now > Own)
        {
            throw new RefusedFrameException($"incomplete messages of all connections hold {all:N0} bytes, but {most:N0} are allowed");
        }
    }
}

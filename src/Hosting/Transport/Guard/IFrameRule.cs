using System.Buffers;
using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Hosting.Transport.Guard;

/// <summary>Says which messages of a connection are let through.</summary>
internal interface IFrameRule
{
    /// <summary>The most bytes of a body.</summary>
    int MostBodyBytes => StateLimits.MostMessageBytes;

    /// <summary>Checks a message.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="body">Its body.</param>
    /// <exception cref="RefusedFrameException">It is refused.</exception>
    void Check(ReadOnlySequence<byte> header, ReadOnlySequence<byte> body);
}

namespace Mnist.Distributed.Coordinator.Scaling;

/// <summary>The processor time of a message between silos, at each of its two ends.</summary>
/// <param name="Seconds">Seconds for any message.</param>
/// <param name="SecondsPerByte">Further seconds for each byte.</param>
public sealed record MessageCost(double Seconds, double SecondsPerByte)
{
    /// <summary>Bytes of a message without its vector.</summary>
    public const int EnvelopeBytes = 300;

    /// <summary>Bytes that name one silo in a request for a slice.</summary>
    public const int SiloBytes = 32;

    /// <summary>
    /// Measured between two silo processes of one machine with <c>benchmarks wire</c>. An empty
    /// call takes 61 us there and back, which makes four ends of messages. A call with 318,080
    /// bytes each way takes 434 us.
    /// </summary>
    public static MessageCost Measured { get; } = new(15e-6, 0.3e-9);

    /// <summary>Seconds for a message with a vector of <paramref name="bytes"/> bytes.</summary>
    public double Of(double bytes) => Seconds + ((EnvelopeBytes + bytes) * SecondsPerByte);
}

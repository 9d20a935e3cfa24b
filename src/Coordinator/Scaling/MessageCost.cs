namespace Mnist.Distributed.Coordinator.Scaling;

/// <summary>What a message between silos costs the processor at either end.</summary>
/// <param name="Seconds">Seconds of any message.</param>
/// <param name="SecondsPerByte">Seconds more for every byte.</param>
public sealed record MessageCost(double Seconds, double SecondsPerByte)
{
    /// <summary>Bytes of a message beside its vector.</summary>
    public const int EnvelopeBytes = 300;

    /// <summary>Bytes by which a request for a slice names a silo.</summary>
    public const int SiloBytes = 32;

    /// <summary>
    /// Measured between two silo processes of one machine with <c>benchmarks wire</c>: an empty call takes 61 us there and back, four ends of messages, and
    /// 318,080 bytes each way 434 us.
    /// </summary>
    public static MessageCost Measured { get; } = new(15e-6, 0.3e-9);

    /// <summary>Seconds of a message with a vector of so many bytes.</summary>
    public double Of(double bytes) => Seconds + ((EnvelopeBytes + bytes) * SecondsPerByte);
}

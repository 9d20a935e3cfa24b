namespace Mnist.Distributed.Coordinator.Scaling;

/// <summary>The network between silos. Every silo has one full-duplex connection to it.</summary>
/// <param name="BytesPerSecond">
/// Bytes that a silo can send per second, and at the same time receive.
/// </param>
/// <param name="LatencySeconds">Seconds from the end of sending to the start of receiving.</param>
public sealed record LinkSpeed(double BytesPerSecond, double LatencySeconds);

namespace Mnist.Distributed.Coordinator.Scaling;

/// <summary>The network between silos; every silo has one full-duplex connection to it.</summary>
/// <param name="BytesPerSecond">Bytes a silo can send, and at the same time receive, in a second.</param>
/// <param name="LatencySeconds">Seconds from the end of sending to the beginning of receiving.</param>
public sealed record LinkSpeed(double BytesPerSecond, double LatencySeconds);

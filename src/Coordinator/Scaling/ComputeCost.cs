namespace Mnist.Distributed.Coordinator.Scaling;

/// <summary>What the arithmetic of a step costs one thread.</summary>
/// <param name="StepSeconds">Seconds of a worker's gradient beside its samples.</param>
/// <param name="SampleSeconds">Seconds more for every sample.</param>
/// <param name="UpdateSeconds">Seconds to apply an update to a replica.</param>
/// <param name="AddSeconds">Seconds to add two gradients.</param>
public sealed record ComputeCost(double StepSeconds, double SampleSeconds, double UpdateSeconds, double AddSeconds);

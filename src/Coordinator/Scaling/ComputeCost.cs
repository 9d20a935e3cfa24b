namespace Mnist.Distributed.Coordinator.Scaling;

/// <summary>The cost of the arithmetic of a step, on one thread.</summary>
/// <param name="StepSeconds">Seconds for a worker's gradient, without its samples.</param>
/// <param name="SampleSeconds">Further seconds for each sample.</param>
/// <param name="UpdateSeconds">Seconds to apply an update to a replica.</param>
/// <param name="AddSeconds">Seconds to add two gradients.</param>
public sealed record ComputeCost(double StepSeconds, double SampleSeconds, double UpdateSeconds, double AddSeconds);

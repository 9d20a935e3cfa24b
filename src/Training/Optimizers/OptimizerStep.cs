namespace Mnist.Distributed.Training.Optimizers;

/// <summary>What an optimizer is told of a step.</summary>
/// <param name="Step">Committed steps of the run before this one.</param>
/// <param name="LearningRate">Learning rate of the step.</param>
/// <param name="Scale">
/// What the gradient must be multiplied with: 1 / samples for a sum over samples.
/// </param>
public readonly record struct OptimizerStep(long Step, float LearningRate, float Scale);

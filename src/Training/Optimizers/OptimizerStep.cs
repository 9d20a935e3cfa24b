namespace Mnist.Distributed.Training.Optimizers;

/// <summary>The numbers of one step that an optimizer needs.</summary>
/// <param name="Step">Number of steps that the run committed before this one.</param>
/// <param name="LearningRate">Learning rate of the step.</param>
/// <param name="Scale">
/// Factor for the gradient: 1 / number of samples, because the gradient is a sum over samples.
/// </param>
public readonly record struct OptimizerStep(long Step, float LearningRate, float Scale);

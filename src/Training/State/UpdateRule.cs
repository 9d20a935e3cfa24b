using Mnist.Distributed.Training.Optimizers;
using Mnist.Distributed.Training.Schedules;

namespace Mnist.Distributed.Training.State;

/// <summary>How the steps of a plan change the state.</summary>
/// <param name="Name">The optimizer's name.</param>
/// <param name="Optimizer">Changes the parameters by their gradient.</param>
/// <param name="Rate">The learning rate of each step.</param>
/// <param name="Clip">Limits the gradient.</param>
/// <param name="AverageDecay">
/// Share of the moving average of the parameters that a step keeps; null: there is no average.
/// </param>
public sealed record UpdateRule(string Name, IOptimizer Optimizer, LearningRate Rate, GradientClip Clip, double? AverageDecay)
{
    /// <summary>
    /// Number of floats that the state keeps for each parameter: the slots of the optimizer, and
    /// one more for the average.
    /// </summary>
    public int Slots => Optimizer.Slots + (AverageDecay is null ? 0 : 1);
}

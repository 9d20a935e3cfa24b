using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Coordinator.Scaling;

/// <summary>One size of a cluster, with the predicted cost of a step.</summary>
/// <param name="Shape">Number of silos, and the number of slices that is best for them.</param>
/// <param name="Cost">Predicted cost of a step.</param>
/// <param name="SpeedUp">How many times faster the step is than with one silo.</param>
/// <param name="Pays">
/// Whether the step with the next smaller size takes at least 1.1 times as long.
/// </param>
public sealed record ScalingChoice(ClusterShape Shape, StepCost Cost, double SpeedUp, bool Pays);

/// <summary>The predictions for several sizes of a cluster.</summary>
/// <param name="Choices">
/// The sizes, from one silo on, each twice the one before; the last one is the largest allowed.
/// </param>
/// <param name="Advised">The largest size up to which every increase pays.</param>
public sealed record ScalingPlan(IReadOnlyList<ScalingChoice> Choices, ScalingChoice Advised)
{
    private const double LeastGain = 1.1;

    /// <summary>Predicts the steps of several sizes of a cluster.</summary>
    /// <param name="model">Predicts the cost of a step.</param>
    /// <param name="batch">
    /// Samples of a step, over all workers. There are never more workers than samples.
    /// </param>
    /// <param name="workersPerSilo">Workers per silo.</param>
    /// <param name="mostSilos">The largest number of silos to try.</param>
    public static ScalingPlan Of(StepCostModel model, int batch, int workersPerSilo, int mostSilos)
    {
        var choices = new List<ScalingChoice>();
        foreach (var silos in Sizes(mostSilos).Where(silos => silos == 1 || silos * workersPerSilo <= Math.Min(batch, PlanValidation.MaxWorkers)))
        {
            var (shape, cost) = Slices(silos)
                .Select(slices => new ClusterShape(silos, Math.Min(workersPerSilo, batch), slices, new RunOptions().FanOut))
                .Select(shape => (Shape: shape, Cost: model.Of(shape, batch)))
                .MinBy(choice => choice.Cost.Seconds);
            var pays = choices.Count == 0 || choices[^1].Cost.Seconds >= LeastGain * cost.Seconds;
            choices.Add(new ScalingChoice(shape, cost, choices.Count == 0 ? 1 : choices[0].Cost.Seconds / cost.Seconds, pays));
        }

        return new ScalingPlan(choices, choices.TakeWhile(choice => choice.Pays).Last());
    }

    private static IEnumerable<int> Sizes(int most)
    {
        for (var silos = 1; silos < most; silos *= 2)
        {
            yield return silos;
        }

        yield return most;
    }

    private static IEnumerable<int> Slices(int silos)
    {
        for (var slices = 1; slices <= Math.Min(silos, PlanValidation.MaxSlices); slices *= 2)
        {
            yield return slices;
        }
    }
}

using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Coordinator.Scaling;

/// <summary>One size of a cluster and the step it would have.</summary>
/// <param name="Shape">Silos, and the slices that suit them best.</param>
/// <param name="Cost">The step.</param>
/// <param name="SpeedUp">How many times faster than one silo.</param>
/// <param name="Pays">Whether its silos are worth having: each half of them makes the step at least a tenth faster than without it.</param>
public sealed record ScalingChoice(ClusterShape Shape, StepCost Cost, double SpeedUp, bool Pays);

/// <summary>Which sizes of a cluster make a step faster.</summary>
/// <param name="Choices">Sizes, from one silo on, each twice the one before.</param>
/// <param name="Advised">The largest size up to which every doubling pays.</param>
public sealed record ScalingPlan(IReadOnlyList<ScalingChoice> Choices, ScalingChoice Advised)
{
    private const double LeastGain = 1.1;

    /// <summary>Tries sizes of a cluster.</summary>
    /// <param name="model">What steps take.</param>
    /// <param name="batch">Samples of a step, over all workers: no worker can do without one.</param>
    /// <param name="workersPerSilo">Workers of each silo.</param>
    /// <param name="mostSilos">The largest size to try.</param>
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

namespace Mnist.Distributed.Coordinator.Scaling;

/// <summary>
/// The predicted times of several runs on a cluster: as a sweep, with a run on each thread, and
/// distributed, one run after the other over all silos. Evaluations are not in them.
/// </summary>
/// <param name="Trials">Number of runs.</param>
/// <param name="Shape">The shape of the cluster that sweeps.</param>
/// <param name="SweepSeconds">Seconds of the sweep.</param>
/// <param name="Runs">The shape over which each run is distributed.</param>
/// <param name="DistributedSeconds">Seconds of one run after the other.</param>
public sealed record SweepEstimate(int Trials, ClusterShape Shape, double SweepSeconds, ClusterShape Runs, double DistributedSeconds)
{
    /// <summary>Whether the sweep is faster.</summary>
    public bool SweepPays => SweepSeconds < DistributedSeconds;

    /// <summary>Predicts the times.</summary>
    /// <param name="model">Predicts the cost of a step.</param>
    /// <param name="batch">Samples of a step, over all workers of a run.</param>
    /// <param name="steps">Steps of a run.</param>
    /// <param name="trials">Number of runs.</param>
    /// <param name="cluster">The shape of the cluster, with a worker for each thread.</param>
    /// <param name="runs">The best size for a single run on that cluster, and its cost.</param>
    public static SweepEstimate Of(StepCostModel model, int batch, long steps, int trials, ClusterShape cluster, ScalingChoice runs)
    {
        var alone = model.Of(new ClusterShape(1, 1, 1, cluster.FanOut), batch).Seconds;
        var rounds = Math.Ceiling((double)trials / cluster.Workers);
        return new SweepEstimate(trials, cluster, rounds * steps * alone, runs.Shape, trials * steps * runs.Cost.Seconds);
    }
}

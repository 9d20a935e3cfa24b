using System.Globalization;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Scaling;
using Mnist.Distributed.Coordinator.Terminal;

namespace Mnist.Distributed.Coordinator.Commands.Plan;

/// <summary>
/// Says whether several runs are trained faster as a sweep or one after the other.
/// </summary>
/// <param name="model">Predicts the cost of a step.</param>
/// <param name="run">The plan of a run; it says the number of steps.</param>
/// <param name="trials">Number of runs.</param>
/// <param name="threads">Compute threads of each silo.</param>
internal sealed class SweepAdvice(StepCostModel model, TrainingPlan run, int trials, int threads)
{
    /// <summary>The number of runs if nobody says another one.</summary>
    public const int UsualTrials = 20;

    /// <summary>The times on a number of silos.</summary>
    /// <param name="silos">The silos of the sweep.</param>
    /// <param name="runs">The size over which each run is distributed.</param>
    public SweepEstimate At(int silos, ScalingChoice runs) =>
        SweepEstimate.Of(model, run.BatchSize, run.TotalSteps, trials, new ClusterShape(silos, threads, 1, runs.Shape.FanOut), runs);

    /// <summary>Two sentences: the time of a sweep, and that of one run after the other.</summary>
    /// <param name="plan">The sizes of the cluster; the advised one distributes a run.</param>
    /// <param name="silos">The silos of the sweep.</param>
    public IEnumerable<string> Lines(ScalingPlan plan, int silos)
    {
        var times = At(silos, plan.Advised);
        var ratio = Math.Max(times.SweepSeconds, times.DistributedSeconds) / Math.Min(times.SweepSeconds, times.DistributedSeconds);
        yield return Line($"A sweep of {Quantity.Of(trials, "run")} over {Quantity.Of(run.Epochs, "epoch")} takes about {Time(times.SweepSeconds)} on {Quantity.Of(silos, "silo")} with {Quantity.Of(threads, "thread")}{(silos == 1 ? "" : " each")}, a run on each thread.");
        yield return Line($"One run after the other, each over {Quantity.Of(times.Runs.Silos, "silo")} with {Quantity.Of(times.Runs.Workers, "worker")}, takes about {Time(times.DistributedSeconds)}: ")
            + (ratio < 1.05 ? "both take equally long." : Line($"{(times.SweepPays ? "'mnist sweep'" : "distributing")} is {ratio:F1} times as fast."));
    }

    private static string Time(double seconds) => seconds < 120 ? Line($"{seconds:F1} s") : seconds < 7200 ? Line($"{seconds / 60:F1} min") : Line($"{seconds / 3600:F1} h");

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

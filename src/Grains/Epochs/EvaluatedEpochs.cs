using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Grains.Epochs;

/// <summary>
/// The test metrics of the epochs that a parameter server knows, and whether the run is over by
/// them.
/// </summary>
/// <param name="plan">The plan of the run.</param>
/// <param name="testMetrics">
/// The test metrics of the epochs in the record, in their order; null if there are none.
/// </param>
public sealed class EvaluatedEpochs(TrainingPlan plan, IReadOnlyList<double>? testMetrics)
{
    private readonly List<double> _metrics = [.. testMetrics ?? []];

    /// <summary>
    /// Notes the test metric at a step. It counts if the step ends the first epoch that is not
    /// known yet; a repeated evaluation gives the metric that is known already.
    /// </summary>
    public void Note(long step, double metric)
    {
        if (step == (long)plan.StepsPerEpoch * (_metrics.Count + 1))
        {
            _metrics.Add(metric);
        }
    }

    /// <summary>
    /// Whether the plan demands no step after this one, as far as it is known here. The parameter
    /// server before this one may have evaluated an epoch whose metric was not in the record yet.
    /// Then the run may be over, and only the driver knows.
    /// </summary>
    public bool MayBeOverAt(long step) =>
        step >= plan.TotalSteps
        || (EarlyStopping.IsIn(plan) && (step - 1) / plan.StepsPerEpoch > _metrics.Count)
        || (EarlyStopping.After(plan, _metrics).LastEpoch is { } last && step >= (long)plan.StepsPerEpoch * last);
}

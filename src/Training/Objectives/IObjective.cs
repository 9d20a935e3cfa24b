using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Training.Objectives;

/// <summary>
/// The objective of training: it turns the outputs of a network into loss, metric and derivatives.
/// Gradient computation and evaluation know a task through this interface only. May be used by
/// several threads at a time.
/// </summary>
public interface IObjective
{
    /// <summary>Number of outputs that a network must have for each sample.</summary>
    int Outputs { get; }

    /// <summary>The metric that is measured beside the loss.</summary>
    Metric Metric { get; }

    /// <summary>
    /// Computes loss, metric and derivatives from the outputs for some samples. An objective may
    /// compare the samples of one call with each other: one worker's part of a batch is always one
    /// call.
    /// </summary>
    /// <param name="batch">The samples.</param>
    /// <param name="outputs">The network's outputs, samples x <see cref="Outputs"/>.</param>
    /// <param name="byOutputs">
    /// Receives the derivative of the summed loss by each output, samples x <see cref="Outputs"/>;
    /// empty if derivatives are not wanted.
    /// </param>
    /// <returns>Sums of loss and metric over the samples, and the number of samples.</returns>
    StepTotals Judge(Batch batch, ReadOnlySpan<float> outputs, Span<float> byOutputs);
}

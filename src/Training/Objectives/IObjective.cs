using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Training.Objectives;

/// <summary>
/// What is learnt: the only thing that gradient computation and evaluation know of it. May be used by
/// several threads.
/// </summary>
public interface IObjective
{
    /// <summary>Outputs that a network must have for each sample.</summary>
    int Outputs { get; }

    /// <summary>What is measured beside the loss.</summary>
    Metric Metric { get; }

    /// <summary>
    /// Judges the outputs for some samples. An objective may compare the samples of a call with each
    /// other: a worker's part of a batch is always one call.
    /// </summary>
    /// <param name="batch">The samples.</param>
    /// <param name="outputs">The network's outputs, samples x <see cref="Outputs"/>.</param>
    /// <param name="byOutputs">
    /// Receives the derivative of the loss's sum by each output, samples x <see cref="Outputs"/>;
    /// empty if derivatives are not wanted.
    /// </param>
    /// <returns>Sums over the samples of loss and metric.</returns>
    StepTotals Judge(Batch batch, ReadOnlySpan<float> outputs, Span<float> byOutputs);
}

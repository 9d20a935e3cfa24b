using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>
/// A worker from the view of the replica of its silo. At any time, at most one thread calls a
/// worker.
/// </summary>
public interface IWorker
{
    /// <summary>The memory of the gradient. It belongs to the worker.</summary>
    FlatVector Gradient { get; }

    /// <summary>
    /// Computes <see cref="Gradient"/> at a step, with the parameters of the replica of the silo.
    /// </summary>
    /// <param name="step">The step, counted from the start of the run.</param>
    /// <param name="traceParent">W3C trace context; null when the step is not sampled.</param>
    GradientNode Compute(long step, string? traceParent);

    /// <inheritdoc cref="IShareComputation.ReplaceBuffers" />
    void ReplaceBuffers();

    /// <summary>
    /// Ends the worker, because the run has ended on this silo. Any thread may call this method.
    /// </summary>
    void Dismiss();
}

using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>
/// A worker as the replica of its silo sees it. The replica calls one worker from one thread at a time.
/// </summary>
public interface IWorker
{
    /// <summary>The memory of the worker's gradient; it belongs to the worker.</summary>
    FlatVector Gradient { get; }

    /// <summary>
    /// Computes <see cref="Gradient"/> at <paramref name="step"/>, with the parameters of the silo's
    /// replica.
    /// </summary>
    /// <param name="step">Step of the run.</param>
    /// <param name="traceParent">W3C trace context, or null when the step is not sampled.</param>
    GradientNode Compute(long step, string? traceParent);

    /// <inheritdoc cref="IShareComputation.ReplaceBuffers" />
    void ReplaceBuffers();

    /// <summary>Lets the worker go: the run is over on this silo. May be called from any thread.</summary>
    void Dismiss();
}

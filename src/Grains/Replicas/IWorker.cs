using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Training.Gradients;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>A worker as the replica of its silo sees it.</summary>
public interface IWorker
{
    /// <summary>The worker's gradient at <paramref name="step"/>, with the parameters of the silo's replica.</summary>
    /// <param name="computation">Where it computes; belongs to the replica that asks.</param>
    /// <param name="step">Step of the run.</param>
    /// <param name="traceParent">W3C trace context, or null when the step is not sampled.</param>
    GradientNode Compute(GradientComputation computation, long step, string? traceParent);

    /// <summary>Lets the worker go: the run is over on this silo. May be called from any thread.</summary>
    void Dismiss();
}

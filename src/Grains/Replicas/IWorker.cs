using Mnist.Distributed.Contracts.Grains;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>A worker as the replica of its silo sees it.</summary>
public interface IWorker
{
    /// <summary>The worker's gradient at <paramref name="step"/>, with the parameters of the silo's replica. Called by one compute thread at a time.</summary>
    /// <param name="step">Step of the run.</param>
    /// <param name="traceParent">W3C trace context, or null when the step is not sampled.</param>
    GradientNode Compute(long step, string? traceParent);
}

namespace Mnist.Distributed.Contracts.Grains;

/// <summary>
/// Holds one shard of a run's data and computes its gradient; its key is <c>run id/worker index</c>. The answer is a pure function of
/// (plan, step, worker, parameters), so any silo may host it, also several at once. Called only from the replica on its own silo.
/// </summary>
[Alias("mnist.IWorkerGrain")]
public interface IWorkerGrain : IGrainWithStringKey
{
    /// <summary>Does nothing; its answer shows that the worker is active on the silo that asks.</summary>
    [Alias("Activate")]
    ValueTask Activate();

    /// <summary>The worker's gradient at <paramref name="step"/>, with the parameters of the silo's replica.</summary>
    /// <param name="step">Step of the run.</param>
    /// <param name="traceParent">W3C trace context, or null when the step is not sampled.</param>
    [Alias("ComputeGradient"), ResponseTimeout("00:01:00")]
    ValueTask<GradientNode> ComputeGradient(long step, string? traceParent);
}

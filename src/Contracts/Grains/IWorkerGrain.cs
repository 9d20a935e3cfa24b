namespace Mnist.Distributed.Contracts.Grains;

/// <summary>
/// Owns one shard of a run's data and computes the shard's gradient; its key is <c>run id/worker
/// index</c>. The gradient is a pure function of (plan, step, worker, parameters), so any silo may host
/// the worker, also several at once. Only the replica of its own silo calls the worker, and without a
/// message: a message would take a good part of the time that a small model's gradient takes.
/// </summary>
[Alias("mnist.IWorkerGrain")]
public interface IWorkerGrain : IGrainWithStringKey
{
    /// <summary>Takes its place among the workers of the silo that asks.</summary>
    [Alias("Activate")]
    ValueTask Activate();
}

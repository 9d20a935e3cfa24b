namespace Mnist.Distributed.Contracts.Grains;

/// <summary>
/// Owns one shard of the data of a run and computes the gradient of the shard. Its key is <c>run
/// id/worker index</c>. The gradient is a pure function of plan, step, worker and parameters, so
/// any silo may host the worker, and several silos may host it at once. Only the replica of the
/// same silo calls the worker, and it calls the object directly. An Orleans message would take a
/// large part of the time that the gradient of a small model takes.
/// </summary>
[Alias("mnist.IWorkerGrain")]
public interface IWorkerGrain : IGrainWithStringKey
{
    /// <summary>Registers the worker with the replicas of the silo that calls.</summary>
    [Alias("Activate")]
    ValueTask Activate();
}

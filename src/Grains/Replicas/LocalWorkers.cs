using Mnist.Distributed.Contracts.Grains;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>The workers of a run that are active on this silo.</summary>
/// <param name="inputs">The inputs of the workers.</param>
/// <param name="grains">The worker grains of the run, by worker index.</param>
public sealed class LocalWorkers(WorkerInputs inputs, IReadOnlyList<IWorkerGrain> grains)
{
    private readonly IWorker?[] _active = new IWorker?[grains.Count];
    private volatile bool _dismissed;

    /// <summary>The inputs of the workers.</summary>
    public WorkerInputs Inputs { get; } = inputs;

    /// <summary>
    /// Adds a worker. If <see cref="Dismiss"/> has been called already, the worker is ended at
    /// once.
    /// </summary>
    public void Enter(int index, IWorker worker)
    {
        Interlocked.Exchange(ref _active[index], worker);
        if (_dismissed)
        {
            worker.Dismiss();
        }
    }

    /// <summary>Removes a worker that is not active any more.</summary>
    public void Leave(int index, IWorker worker) => Interlocked.CompareExchange(ref _active[index], null, worker);

    /// <summary>Gets a worker, and activates it first if it is not active.</summary>
    public ValueTask<IWorker> Get(int index) => Find(index) is { } worker ? new(worker) : new(Activate(index));

    /// <inheritdoc cref="IShareComputation.ReplaceBuffers" />
    public void ReplaceBuffers()
    {
        for (var index = 0; index < _active.Length; index++)
        {
            Find(index)?.ReplaceBuffers();
        }
    }

    /// <summary>
    /// Ends all workers. Orleans never collects them, because they are kept alive.
    /// </summary>
    public void Dismiss()
    {
        _dismissed = true;
        Interlocked.MemoryBarrier();
        for (var index = 0; index < _active.Length; index++)
        {
            Find(index)?.Dismiss();
        }
    }

    private IWorker? Find(int index) => Volatile.Read(ref _active[index]);

    private async Task<IWorker> Activate(int index)
    {
        await grains[index].Activate();
        return Find(index) ?? throw new InvalidOperationException($"Worker {index} has left as soon as it came.");
    }
}

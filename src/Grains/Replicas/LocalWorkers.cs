using Mnist.Distributed.Contracts.Grains;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>The workers of a run that are active on this silo.</summary>
/// <param name="inputs">What they compute with.</param>
/// <param name="grains">The run's worker grains, by worker index.</param>
public sealed class LocalWorkers(WorkerInputs inputs, IReadOnlyList<IWorkerGrain> grains)
{
    private readonly IWorker?[] _active = new IWorker?[grains.Count];
    private volatile bool _dismissed;

    /// <summary>What the workers compute with.</summary>
    public WorkerInputs Inputs { get; } = inputs;

    /// <summary>Takes in a worker; one that comes after the others were dismissed is dismissed at once.</summary>
    public void Enter(int index, IWorker worker)
    {
        Interlocked.Exchange(ref _active[index], worker);
        if (_dismissed)
        {
            worker.Dismiss();
        }
    }

    /// <summary>Forgets a worker that is active no more.</summary>
    public void Leave(int index, IWorker worker) => Interlocked.CompareExchange(ref _active[index], null, worker);

    /// <summary>A worker; one that is not active is activated first.</summary>
    public ValueTask<IWorker> Get(int index) => Find(index) is { } worker ? new(worker) : new(Activate(index));

    /// <inheritdoc cref="IShareComputation.ReplaceBuffers" />
    public void ReplaceBuffers()
    {
        for (var index = 0; index < _active.Length; index++)
        {
            Find(index)?.ReplaceBuffers();
        }
    }

    /// <summary>Lets all workers go. Orleans never collects them for being idle.</summary>
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

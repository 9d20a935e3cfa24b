using System.Collections.Concurrent;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Gradients;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.State;
using Mnist.Distributed.Training.Summation;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>The workers of a silo, where they compute, and the sum over their gradients.</summary>
/// <param name="plan">What the run trains.</param>
/// <param name="train">The training split.</param>
/// <param name="parameters">The replica's parameters.</param>
/// <param name="loop">Works on parts of a vector.</param>
/// <param name="memory">Where the gradients lie.</param>
public sealed class WorkerGradients(TrainingPlan plan, ImageSet train, FlatVector parameters, ParallelLoop loop, GradientMemory memory)
{
    private readonly Model _model = Model.Of(plan);
    private readonly ImageSet _samples = train.First(plan.Samples);
    private readonly ConcurrentDictionary<int, GradientComputation> _computations = [];
    private readonly IWorker?[] _workers = new IWorker?[plan.Workers];
    private volatile bool _dismissed;

    /// <summary>Takes in a worker that is active on this silo; one that comes after the others were dismissed is dismissed at once.</summary>
    public void Enter(int index, IWorker worker)
    {
        Interlocked.Exchange(ref _workers[index], worker);
        if (_dismissed)
        {
            worker.Dismiss();
        }
    }

    /// <summary>Forgets a worker that is active no more.</summary>
    public void Leave(int index, IWorker worker) => Interlocked.CompareExchange(ref _workers[index], null, worker);

    /// <summary>A worker, or null if it is not active on this silo.</summary>
    public IWorker? Find(int index) => Volatile.Read(ref _workers[index]);

    /// <summary>Lets all workers go. Orleans never collects them for being idle.</summary>
    public void Dismiss()
    {
        _dismissed = true;
        Interlocked.MemoryBarrier();
        for (var index = 0; index < _workers.Length; index++)
        {
            Find(index)?.Dismiss();
        }
    }

    /// <summary>The computation of one worker.</summary>
    public GradientComputation ComputationOf(int worker) =>
        _computations.GetOrAdd(worker, w => new GradientComputation(plan, _model, _samples, parameters, w, memory.IsShared));

    /// <summary>Collapses the workers' gradients to the largest nodes of the summation tree; see <see cref="ShareSum"/>.</summary>
    /// <exception cref="InvalidOperationException">A worker did not compute on this silo, but with another one's replica.</exception>
    public IReadOnlyList<GradientNode> Collapse(WorkerRange owned, GradientNode[] leaves)
    {
        foreach (var leaf in leaves)
        {
            if (!ReferenceEquals(leaf.Gradient, ComputationOf(leaf.FirstWorker).Gradient.Wire))
            {
                throw new InvalidOperationException($"Worker {leaf.FirstWorker} did not compute on this silo.");
            }
        }

        return ShareSum.Of(plan.Workers, owned, leaves, worker => ComputationOf(worker).Gradient, loop);
    }

    /// <inheritdoc cref="IShareComputation.ReplaceBuffers" />
    public void ReplaceBuffers()
    {
        foreach (var computation in _computations.Values)
        {
            computation.Dispose();
        }

        _computations.Clear();
    }
}

using System.Collections.Concurrent;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>The replicas of a silo, shared by its replica service and its workers.</summary>
/// <param name="data">The data sets of the silo.</param>
/// <param name="memory">The memory of the silo's machine.</param>
/// <param name="factory">Makes replicas.</param>
/// <param name="catalogue">What the names in plans stand for.</param>
public sealed class ReplicaRegistry(PlanData data, MachineMemory memory, ReplicaFactory factory, TrainingCatalogue catalogue) : IDrainingReplicas
{
    private readonly ConcurrentDictionary<string, (Replica Replica, LocalWorkers Workers)> _runs = [];
    private long _made;
    private volatile bool _leaving;

    /// <summary>The runs that this silo takes part in.</summary>
    public IEnumerable<string> RunIds => _runs.Keys;

    /// <summary>The same as the silo's watchdog sees them.</summary>
    public IEnumerable<HeldRun> Held => _runs.Select(run => HeldRun.Of(run.Key, run.Value.Replica));

    /// <summary>How many runs there have been on this silo, those that are here included.</summary>
    public long Made => Interlocked.Read(ref _made);

    /// <summary>The replica of a run, or null.</summary>
    public Replica? Find(string runId) => _runs.GetValueOrDefault(runId).Replica;

    /// <summary>The replica of a run.</summary>
    /// <exception cref="InvalidOperationException">The run has not been prepared on this
    /// silo.</exception>
    public Replica ReplicaOf(string runId) => Get(runId).Replica;

    /// <summary>The workers of a run on this silo.</summary>
    /// <exception cref="InvalidOperationException">The run has not been prepared on this
    /// silo.</exception>
    public LocalWorkers WorkersOf(string runId) => Get(runId).Workers;

    /// <summary>Makes the replica of a run if it is not there yet.</summary>
    /// <exception cref="InvalidInputException">The silo cannot run the plan.</exception>
    public async Task<Replica> Prepare(string runId, TrainingPlan plan)
    {
        if (Find(runId) is { } known)
        {
            return known;
        }

        var samples = await data.Load(runId, plan);
        var setup = TrainingSetup.Of(plan, catalogue);
        memory.Check(setup);
        var replica = _runs.GetOrAdd(runId, _ => Make()).Replica;
        replica.IsDraining = _leaving;
        return replica;

        (Replica, LocalWorkers) Make()
        {
            Interlocked.Increment(ref _made);
            return factory.Make(runId, setup, samples);
        }
    }

    /// <inheritdoc />
    public void Leave()
    {
        _leaving = true;
        foreach (var (replica, _) in _runs.Values)
        {
            replica.IsDraining = true;
        }
    }

    /// <inheritdoc />
    public bool AwaitAnswers => _runs.Values.Any(run => run.Replica.IsMissed);

    /// <summary>Forgets a run, after what is computing for it.</summary>
    public async Task Release(string runId)
    {
        if (_runs.TryRemove(runId, out var run))
        {
            try
            {
                await run.Replica.Release();
            }
            finally
            {
                run.Workers.Dismiss();
            }
        }
    }

    private (Replica Replica, LocalWorkers Workers) Get(string runId) =>
        _runs.TryGetValue(runId, out var run) ? run : throw new InvalidOperationException($"Run {runId} has not been prepared on this silo.");
}

using System.Collections.Concurrent;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Plugins;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>The replicas of a silo. Its replica service and its workers use them.</summary>
/// <param name="data">The data sets of the silo.</param>
/// <param name="memory">The memory of the silo's machine.</param>
/// <param name="factory">Creates replicas.</param>
/// <param name="models">Resolves the names in plans: models, losses, optimizers.</param>
/// <param name="self">The silo.</param>
public sealed class ReplicaRegistry(PlanData data, MachineMemory memory, ReplicaFactory factory, ModelFolder models, ILocalSiloDetails self) : IDrainingReplicas
{
    private readonly ConcurrentDictionary<string, (Replica Replica, LocalWorkers Workers, string Fingerprint)> _runs = [];
    private long _made;
    private volatile bool _isDraining;

    /// <summary>The ids of the runs that have a replica on this silo.</summary>
    public IEnumerable<string> RunIds => _runs.Keys;

    /// <summary>The same runs, from the view of <see cref="RunWatchdog"/>.</summary>
    public IEnumerable<HeldRun> Held => _runs.Select(run => HeldRun.Of(run.Key, run.Value.Replica));

    /// <summary>
    /// Number of runs that have had a replica on this silo, including the current ones.
    /// </summary>
    public long Made => Interlocked.Read(ref _made);

    /// <summary>The replica of a run; null when there is none.</summary>
    public Replica? Find(string runId) => _runs.GetValueOrDefault(runId).Replica;

    /// <summary>The replica of a run.</summary>
    /// <exception cref="InvalidOperationException">
    /// The run has not been prepared on this silo.
    /// </exception>
    public Replica ReplicaOf(string runId) => Get(runId).Replica;

    /// <summary>The workers of a run on this silo.</summary>
    /// <exception cref="InvalidOperationException">
    /// The run has not been prepared on this silo.
    /// </exception>
    public LocalWorkers WorkersOf(string runId) => Get(runId).Workers;

    /// <summary>The fingerprint of this silo for the plan of a run.</summary>
    /// <exception cref="InvalidOperationException">
    /// The run has not been prepared on this silo.
    /// </exception>
    public string FingerprintOf(string runId) => Get(runId).Fingerprint;

    /// <summary>Creates the replica of a run if there is none yet.</summary>
    /// <exception cref="InvalidInputException">
    /// The silo cannot run the plan. The message says why.
    /// </exception>
    public async Task<Replica> Prepare(string runId, TrainingPlan plan)
    {
        if (Find(runId) is { } known)
        {
            return known;
        }

        var catalogue = models.CatalogueFor(plan, self.Name);
        var samples = await data.Load(runId, plan);
        var setup = TrainingSetup.Of(plan, catalogue);
        InvalidInputException.Require(
            setup.Plan.Metric == plan.Metric,
            $"The plan has the metric {plan.Metric.Name}, but its Loss {plan.Loss} has {setup.Plan.Metric.Name}: let the client complete the plan by its catalogue.",
            nameof(plan.Loss));
        memory.Check(setup);
        var replica = _runs.GetOrAdd(runId, _ => Make()).Replica;
        replica.IsDraining = _isDraining;
        return replica;

        (Replica, LocalWorkers, string) Make()
        {
            Interlocked.Increment(ref _made);
            var (replica, workers) = factory.Make(runId, setup, samples);
            return (replica, workers, setup.Fingerprint);
        }
    }

    /// <inheritdoc />
    public void Leave()
    {
        _isDraining = true;
        foreach (var (replica, _, _) in _runs.Values)
        {
            replica.IsDraining = true;
        }
    }

    /// <inheritdoc />
    public bool AwaitAnswers => _runs.Values.Any(run => run.Replica.IsMissed);

    /// <summary>
    /// Removes a run, unless its replica has heard of a later generation since.
    /// </summary>
    public Task Release(RunGeneration generation) => Find(generation.RunId)?.IsOfLater(generation) == true ? Task.CompletedTask : Release(generation.RunId);

    /// <summary>Removes a run, after the computation in progress.</summary>
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

    private (Replica Replica, LocalWorkers Workers, string Fingerprint) Get(string runId) =>
        _runs.TryGetValue(runId, out var run) ? run : throw new InvalidOperationException($"Run {runId} has not been prepared on this silo.");
}

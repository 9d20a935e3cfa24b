using System.Collections.Concurrent;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Grains.Data;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>The replicas of a silo, shared by its replica service and its workers.</summary>
public sealed class ReplicaRegistry(DataSetStore dataSets)
{
    private readonly ConcurrentDictionary<string, Replica> _replicas = [];

    /// <summary>The runs that this silo takes part in.</summary>
    public IEnumerable<string> RunIds => _replicas.Keys;

    /// <summary>The replica of a run.</summary>
    /// <exception cref="InvalidOperationException">The run has not been prepared on this silo.</exception>
    public Replica Get(string runId) =>
        _replicas.GetValueOrDefault(runId) ?? throw new InvalidOperationException($"Run {runId} has not been prepared on this silo.");

    /// <summary>Makes the replica of a run if it is not there yet.</summary>
    /// <exception cref="InvalidInputException">The silo cannot run the plan.</exception>
    public async Task Prepare(string runId, TrainingPlan plan)
    {
        if (_replicas.ContainsKey(runId))
        {
            return;
        }

        var data = await dataSets.Load(plan.DataSet, plan.DataFolder);
        if (plan.DataDigest.Length > 0 && data.Digest != plan.DataDigest)
        {
            throw new InvalidInputException(
                $"This silo's {plan.DataSet} data ({data.Origin}) differs from the coordinator's: give both the same files with --data or MNIST_DATA.");
        }

        _replicas.TryAdd(runId, new Replica(runId, plan, data));
    }

    /// <summary>Forgets a run, after what is computing for it.</summary>
    public async Task Release(string runId)
    {
        if (_replicas.TryRemove(runId, out var replica))
        {
            await replica.Gate.WaitAsync();
            replica.Dispose();
        }
    }
}

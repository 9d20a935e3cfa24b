using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Grains.Compute;
using Mnist.Distributed.Grains.Data;
using Mnist.Distributed.Grains.Telemetry;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>The replicas of a silo, shared by its replica service and its workers.</summary>
public sealed partial class ReplicaRegistry(
    DataSetStore dataSets,
    TrainingCatalogue catalogue,
    IGrainFactory grains,
    ILocalSiloDetails self,
    ISiloStatusOracle membership,
    ComputePool compute,
    GradientMemory memory,
    TrainingTelemetry telemetry,
    TimeProvider time,
    ILogger<ReplicaRegistry> logger) : IDrainingReplicas
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
    /// <exception cref="InvalidOperationException">The run has not been prepared on this silo.</exception>
    public Replica ReplicaOf(string runId) => Get(runId).Replica;

    /// <summary>The workers of a run on this silo.</summary>
    /// <exception cref="InvalidOperationException">The run has not been prepared on this silo.</exception>
    public LocalWorkers WorkersOf(string runId) => Get(runId).Workers;

    /// <summary>Makes the replica of a run if it is not there yet.</summary>
    /// <exception cref="InvalidInputException">The silo cannot run the plan.</exception>
    public async Task<Replica> Prepare(string runId, TrainingPlan plan)
    {
        if (Find(runId) is { } known)
        {
            return known;
        }

        var data = await Load(runId, plan);
        var setup = TrainingSetup.Of(plan, catalogue);
        CheckMemory(setup);
        var replica = _runs.GetOrAdd(runId, _ => Make(runId, setup, data)).Replica;
        replica.IsDraining = _leaving;
        return replica;
    }

    /// <summary>
    /// The data of a plan. Anybody who reaches the silo may send a plan, with any folder, so the answer does not tell what is there or why it cannot be used; the log does.
    /// </summary>
    private async Task<DataSet> Load(string runId, TrainingPlan plan)
    {
        DataSet data;
        try
        {
            data = await dataSets.Load(plan.DataSet, plan.DataFolder, plan.DataDigest);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogUnusable(Printable.Of(plan.DataSet), Printable.Of(runId), Printable.Of(failure.Message, int.MaxValue));
            throw new InvalidInputException(
                $"Silo {self.Name} has no such data: put the files of {plan.DataSet} on its machine, in the same folder as here or where its MNIST_DATA says; its log tells what is wrong.");
        }

        if (data.Shape != plan.Data || (plan.DataDigest.Length > 0 && data.Digest != plan.DataDigest))
        {
            LogDifferent(Printable.Of(plan.DataSet), Printable.Of(data.Origin), Printable.Of(runId));
            throw new InvalidInputException(
                $"The {plan.DataSet} data of silo {self.Name} is not what run {runId} was started with: give both the same files with --data or MNIST_DATA.");
        }

        return data;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The data set {DataSet} of run {RunId} cannot be used: {Reason}")]
    private partial void LogUnusable(string dataSet, string runId, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The data set {DataSet} here, {Origin}, is not what run {RunId} was started with")]
    private partial void LogDifferent(string dataSet, string origin, string runId);

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

    /// <summary>The silos of one address are on one machine and divide its memory.</summary>
    private void CheckMemory(TrainingSetup setup)
    {
        var silos = membership.GetApproximateSiloStatuses(onlyActive: true).Keys;
        var here = silos.Count(silo => silo.Endpoint.Address.Equals(self.SiloAddress.Endpoint.Address));
        var need = MemoryNeed.Of(setup.Plan, setup.Size, Math.Max(here, 1), Math.Max(silos.Count, 1));
        need.Check(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, $"the machine of silo {self.Name}");
    }

    private (Replica, LocalWorkers) Make(string runId, TrainingSetup setup, DataSet data)
    {
        Interlocked.Increment(ref _made);
        var state = setup.NewState(compute.Loop);
        var inputs = new WorkerInputs(setup, data.Train.First(setup.Plan.Samples), state.Parameters, memory.IsShared);
        var workers = new LocalWorkers(inputs, [.. Enumerable.Range(0, setup.Plan.Workers).Select(worker => grains.GetGrain<IWorkerGrain>(RunKey.Of(runId, worker)))]);
        var shares = new ShareComputation(workers, data.Test, compute, telemetry, self.Name);
        return (new Replica(state, () => setup.NewState().Snapshot(), shares, setup.Plan.Workers, time), workers);
    }
}

using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Grains.Compute;
using Mnist.Distributed.Grains.Telemetry;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>Makes replicas that compute with this silo's workers.</summary>
public sealed class ReplicaFactory(
    IGrainFactory grains,
    ILocalSiloDetails self,
    ComputePool compute,
    GradientMemory memory,
    TrainingTelemetry telemetry,
    TimeProvider time)
{
    /// <summary>
    /// The replica of a run, without a state, and the run's workers on this silo.
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <param name="setup">What it trains.</param>
    /// <param name="data">The data that the plan names.</param>
    public (Replica Replica, LocalWorkers Workers) Make(string runId, TrainingSetup setup, DataSet data)
    {
        var plan = setup.Plan;
        var state = setup.NewState(compute.Loop);
        var inputs = new WorkerInputs(setup, data.Train.First(plan.Samples), state.Parameters, memory.IsShared);
        var workers = new LocalWorkers(inputs, [.. Enumerable.Range(0, plan.Workers).Select(worker => grains.GetGrain<IWorkerGrain>(RunKey.Of(runId, worker)))]);
        var shares = new ShareComputation(workers, data.Test, compute, telemetry, self.Name);
        return (new Replica(state, () => setup.NewState().Snapshot(), shares, plan.Workers, time), workers);
    }
}

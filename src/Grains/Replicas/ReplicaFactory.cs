using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Grains.Compute;
using Mnist.Distributed.Grains.Telemetry;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>Creates replicas that compute with the workers of this silo.</summary>
public sealed class ReplicaFactory(
    IGrainFactory grains,
    ILocalSiloDetails self,
    ComputePool compute,
    GradientMemory memory,
    TrainingTelemetry telemetry,
    TimeProvider time)
{
    /// <summary>
    /// Creates the replica of a run, without a state, and the collection of the workers of the run
    /// on this silo.
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <param name="setup">Plan, model and objective of the run.</param>
    /// <param name="data">The data of the plan.</param>
    public (Replica Replica, LocalWorkers Workers) Make(string runId, TrainingSetup setup, DataSet data)
    {
        var plan = setup.Plan;
        var state = setup.NewState(compute.Loop);
        var inputs = new WorkerInputs(setup, data.Train.First(plan.Samples), state.Parameters, memory.IsShared);
        var workers = new LocalWorkers(inputs, [.. Enumerable.Range(0, plan.Workers).Select(worker => grains.GetGrain<IWorkerGrain>(RunKey.Of(runId, worker)))]);
        var shares = new ShareComputation(workers, state.Evaluated, data, compute, telemetry, self.Name);
        return (new Replica(state, () => setup.NewState().Snapshot(), shares, plan.Workers, time), workers);
    }
}

using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Grains.Compute;
using Mnist.Distributed.Grains.Telemetry;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.State;

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
    /// The replica of a run, without a state, and where the run's workers compute.
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <param name="plan">What it trains.</param>
    /// <param name="data">The data that the plan names.</param>
    public (Replica Replica, WorkerGradients Gradients) Make(string runId, TrainingPlan plan, DataSet data)
    {
        var state = new ModelState(plan, Model.Of(plan).Layout, compute.Loop);
        var gradients = new WorkerGradients(plan, data.Train, state.Parameters, compute.Loop, memory);
        var workers = Enumerable.Range(0, plan.Workers).Select(worker => grains.GetGrain<IWorkerGrain>(RunKey.Of(runId, worker))).ToArray();
        var shares = new ShareComputation(plan, data, state.Parameters, gradients, workers, compute, telemetry, self.Name);
        return (new Replica(state, () => new ModelState(plan, Model.Of(plan).Layout).Snapshot(), shares, plan.Workers, time), gradients);
    }
}

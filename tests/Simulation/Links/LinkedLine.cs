using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Coordinator.Scaling;

namespace Mnist.Distributed.Tests.Simulation.Links;

/// <summary>
/// The connection from one silo to another. Its messages take time on the links of both silos.
/// </summary>
/// <param name="from">The caller.</param>
/// <param name="to">The silo that is called.</param>
/// <param name="bytesPerFloat">
/// Bytes that stand for one float, because the simulated vectors are shorter than the model's.
/// </param>
internal sealed class LinkedLine(LinkedSilo from, LinkedSilo to, double bytesPerFloat) : IReplicaService
{
    /// <inheritdoc />
    public Task<ReplicaReport> Prepare(RunGeneration generation, TrainingPlan plan) => Call(0, () => to.Prepare(generation, plan), _ => 0);

    /// <inheritdoc />
    public Task<ReplyStatus> Install(RunGeneration generation, TrainingState? state) => Call(0, () => to.Install(generation, state), _ => 0);

    /// <inheritdoc />
    public Task<StepReply> ComputeStep(StepRequest request) =>
        Call(Bytes(request.Update?.Gradient), () => to.ComputeStep(request), reply => reply.Nodes.Sum(node => Bytes(node.Gradient)));

    /// <inheritdoc />
    public Task<SliceReply> SumSlice(SliceRequest request) => Call(
        Bytes(request.Update?.Gradient) + (MessageCost.SiloBytes * request.Silos.Count),
        () => to.SumSlice(request),
        reply => reply.Nodes.Sum(node => Bytes(node.Gradient)) + (MessageCost.SiloBytes * reply.Silos.Count));

    /// <inheritdoc />
    public Task<EvaluationReply> Evaluate(EvaluationRequest request) => Call(0, () => to.Evaluate(request), _ => 0);

    /// <inheritdoc />
    public Task<TrainingState?> GetState(RunGeneration generation, StepUpdate? update) => Call(0, () => to.GetState(generation, update), _ => 0);

    /// <inheritdoc />
    public Task<TrainingState?> Peek(string runId) => Call(0, () => to.Peek(runId), _ => 0);

    public Task<bool> Holds(string runId) => Call(0, () => to.Holds(runId), _ => 0);

    /// <inheritdoc />
    public Task Release(RunGeneration generation) => to.Release(generation);

    /// <inheritdoc />
    public Task<SiloLoad> Load() => to.Load();

    private double Bytes(ParameterVector? vector) => (vector?.Length ?? 0) * bytesPerFloat;

    private Task<T> Call<T>(double bytesThere, Func<Task<T>> serve, Func<T, double> bytesBack)
    {
        if (from == to)
        {
            return serve();
        }

        var call = new TaskCompletionSource<T>();
        from.Link.Send(to.Link, bytesThere, () => serve().ContinueWith(
            served => to.Link.Send(from.Link, bytesBack(served.Result), () => call.SetResult(served.Result)),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default));
        return call.Task;
    }
}

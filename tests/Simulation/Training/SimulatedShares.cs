using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Replicas;
using Mnist.Distributed.Training.Evaluation;
using Mnist.Distributed.Training.State;
using Mnist.Distributed.Training.Summation;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Tests.Simulation.Training;

/// <summary>
/// Replaces the workers of a silo. It takes simulated time, writes each gradient part by part into
/// a buffer that the next step uses again, and adds in those buffers, as the real workers do.
/// </summary>
/// <param name="plan">The plan of the run.</param>
/// <param name="numerics">The fingerprint that decides the last bits.</param>
/// <param name="state">The state of the replica.</param>
/// <param name="work">Takes the simulated time of a piece of work.</param>
/// <param name="check">Called before and after the parameters are read.</param>
internal sealed class SimulatedShares(TrainingPlan plan, string numerics, ModelState state, Func<Task> work, Action<long> check) : IShareComputation
{
    private readonly TestChunks _chunks = new(plan.TestSamples, plan.BatchSize);
    private readonly Dictionary<int, FlatVector> _buffers = [];

    /// <inheritdoc />
    public async Task<IReadOnlyList<GradientNode>> Compute(StepRequest request, TimeSpan since, TimeSpan update)
    {
        check(request.Step);
        var owned = new WorkerRange(request.FirstWorker, request.EndWorker);
        var leaves = await Task.WhenAll(Enumerable.Range(owned.First, owned.Count).Select(worker => Gradient(request.Step, worker)));
        check(request.Step);
        return ShareSum.Of(plan.Workers, owned, leaves, BufferOf, SerialLoop.Run);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<StepTotals>> Evaluate(EvaluationRequest request)
    {
        check(request.Step);
        var batches = new List<StepTotals>();
        for (var chunk = request.FirstChunk; chunk < request.EndChunk; chunk++)
        {
            await work();
            var (first, end) = _chunks[chunk];
            for (var sample = first; sample < end; sample += plan.BatchSize)
            {
                batches.Add(GradientFunction.Evaluate(sample / plan.BatchSize, state.Evaluated.Span));
            }
        }

        check(request.Step);
        return batches;
    }

    /// <inheritdoc />
    public void ReplaceBuffers() => _buffers.Clear();

    /// <inheritdoc />
    public void Dispose() => ReplaceBuffers();

    private async Task<GradientNode> Gradient(long step, int worker)
    {
        var buffer = BufferOf(worker);
        var middle = buffer.Length / 2;
        GradientFunction.Write(plan, numerics, step, worker, state.Parameters.Span, buffer.Span, ..middle);
        await work();
        GradientFunction.Write(plan, numerics, step, worker, state.Parameters.Span, buffer.Span, middle..);
        return new GradientNode(worker, worker + 1, buffer.Wire, GradientFunction.Totals(plan, step, worker, state.Parameters.Span));
    }

    private FlatVector BufferOf(int worker)
    {
        if (!_buffers.TryGetValue(worker, out var buffer))
        {
            _buffers[worker] = buffer = new FlatVector(state.Parameters.Length);
        }

        return buffer;
    }
}

using System.Collections.Concurrent;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Compute;
using Mnist.Distributed.Grains.Telemetry;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Evaluation;
using Mnist.Distributed.Training.Losses;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.State;
using Mnist.Distributed.Training.Summation;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>The computation of a silo: asks its workers, adds up what they answer, and evaluates.</summary>
/// <param name="plan">What the run trains.</param>
/// <param name="data">The data set.</param>
/// <param name="parameters">The replica's parameters.</param>
/// <param name="gradients">Where the silo's workers compute.</param>
/// <param name="workers">The run's workers on this silo.</param>
/// <param name="compute">The silo's compute threads.</param>
/// <param name="telemetry">Spans of sampled steps.</param>
/// <param name="silo">Name of the silo.</param>
public sealed class ShareComputation(
    TrainingPlan plan,
    DataSet data,
    FlatVector parameters,
    WorkerGradients gradients,
    IReadOnlyList<IWorkerGrain> workers,
    ComputePool compute,
    TrainingTelemetry telemetry,
    string silo) : IShareComputation
{
    private readonly Model _model = Model.Of(plan);
    private readonly TestChunks _chunks = new(data.Test.Count, plan.BatchSize);
    private readonly ConcurrentBag<Evaluator> _evaluators = [];

    /// <inheritdoc />
    public async Task<IReadOnlyList<GradientNode>> Compute(StepRequest request)
    {
        using var activity = telemetry.StartReplica(request, silo);
        var owned = new WorkerRange(request.FirstWorker, request.EndWorker);
        var active = new IWorker[owned.Count];
        for (var i = 0; i < active.Length; i++)
        {
            active[i] = gradients.Find(owned.First + i) ?? await Activate(owned.First + i);
        }

        var leaves = new GradientNode[owned.Count];
        var traceParent = activity?.Id;
        await compute.ForEach(leaves.Length, i => leaves[i] = active[i].Compute(gradients.ComputationOf(owned.First + i), request.Step, traceParent));
        var nodes = gradients.Collapse(owned, leaves);
        return request.SharesMemory ? [.. nodes.Select(node => node with { Gradient = node.Gradient.SharedReference })] : nodes;
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<StepTotals>> Evaluate(EvaluationRequest request)
    {
        using var activity = telemetry.StartReplica(request, silo);
        var chunks = await Task.WhenAll(Enumerable.Range(request.FirstChunk, request.EndChunk - request.FirstChunk)
            .Select(chunk => compute.Run(() => EvaluateChunk(chunk))));
        return [.. chunks.SelectMany(batches => batches)];
    }

    /// <inheritdoc />
    public void ReplaceBuffers() => gradients.ReplaceBuffers();

    /// <inheritdoc />
    public void Dispose()
    {
        ReplaceBuffers();
        while (_evaluators.TryTake(out var evaluator))
        {
            evaluator.Dispose();
        }
    }

    private async Task<IWorker> Activate(int worker)
    {
        await workers[worker].Activate();
        return gradients.Find(worker) ?? throw new InvalidOperationException($"Worker {worker} has left as soon as it came.");
    }

    private StepTotals[] EvaluateChunk(int chunk)
    {
        if (!_evaluators.TryTake(out var evaluator))
        {
            evaluator = new Evaluator(_model, LossTable.Get(plan.Loss), data.Test, _chunks, parameters);
        }

        var batches = evaluator.Evaluate(chunk);
        _evaluators.Add(evaluator);
        return batches;
    }
}

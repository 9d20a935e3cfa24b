using System.Collections.Concurrent;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Compute;
using Mnist.Distributed.Grains.Telemetry;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Evaluation;
using Mnist.Distributed.Training.Summation;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>
/// The computation of a silo: it lets its workers compute their gradients, reduces the gradients,
/// and evaluates.
/// </summary>
/// <param name="workers">The workers of the run on this silo.</param>
/// <param name="evaluated">
/// The vector that is evaluated: the parameters of the replica, or their moving average.
/// </param>
/// <param name="data">The data set, with the test images.</param>
/// <param name="compute">The compute threads of the silo.</param>
/// <param name="telemetry">Spans of sampled steps.</param>
/// <param name="silo">Name of the silo.</param>
public sealed class ShareComputation(
    LocalWorkers workers, FlatVector evaluated, DataSet data, ComputePool compute, TrainingTelemetry telemetry, string silo) : IShareComputation
{
    private readonly TestChunks _chunks = new(data.Test.Count, workers.Inputs.Setup.Plan.BatchSize);
    private readonly ConcurrentBag<Evaluator> _evaluators = [];

    /// <inheritdoc />
    public async Task<IReadOnlyList<GradientNode>> Compute(StepRequest request, TimeSpan since, TimeSpan update)
    {
        using var activity = telemetry.StartReplica(request, silo, since, update);
        var owned = new WorkerRange(request.FirstWorker, request.EndWorker);
        var active = new IWorker[owned.Count];
        for (var i = 0; i < active.Length; i++)
        {
            active[i] = await workers.Get(owned.First + i);
        }

        var leaves = new GradientNode[owned.Count];
        var traceParent = activity?.Id;
        await compute.ForEach(leaves.Length, i => leaves[i] = active[i].Compute(request.Step, traceParent));
        var nodes = ShareSum.Of(workers.Inputs.Setup.Plan.Workers, owned, leaves, worker => active[worker - owned.First].Gradient, compute.Loop);
        return request.SharesMemory ? [.. nodes.Select(node => node with { Gradient = node.Gradient.SharedReference })] : nodes;
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<StepTotals>> Evaluate(EvaluationRequest request)
    {
        using var activity = telemetry.StartReplica(request, silo);
        var objective = await compute.Run(() => Use(evaluator => evaluator.Begin()));
        var chunks = await Task.WhenAll(Enumerable.Range(request.FirstChunk, request.EndChunk - request.FirstChunk)
            .Select(chunk => compute.Run(() => Use(evaluator => evaluator.Evaluate(objective, chunk)))));
        return [.. chunks.SelectMany(batches => batches)];
    }

    /// <inheritdoc />
    public void ReplaceBuffers() => workers.ReplaceBuffers();

    /// <inheritdoc />
    public void Dispose()
    {
        ReplaceBuffers();
        while (_evaluators.TryTake(out var evaluator))
        {
            evaluator.Dispose();
        }
    }

    /// <summary>Lends an evaluator that nobody else uses; one that has failed is freed.</summary>
    private T Use<T>(Func<Evaluator, T> work)
    {
        if (!_evaluators.TryTake(out var evaluator))
        {
            evaluator = new Evaluator(workers.Inputs.Setup, data, _chunks, evaluated);
        }

        try
        {
            var result = work(evaluator);
            _evaluators.Add(evaluator);
            return result;
        }
        catch
        {
            evaluator.Dispose();
            throw;
        }
    }
}

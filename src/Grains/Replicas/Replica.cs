using System.Collections.Concurrent;
using System.Numerics.Tensors;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Evaluation;
using Mnist.Distributed.Training.Gradients;
using Mnist.Distributed.Training.Losses;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.State;
using Mnist.Distributed.Training.Summation;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>
/// A silo's copy of one run: its state, and what computes with it. Calls are serialised by <see cref="Gate"/>, because computing
/// reads the very memory that an update writes.
/// </summary>
public sealed class Replica : IDisposable
{
    private readonly DataSet _data;
    private readonly ImageSet _samples;
    private readonly ConcurrentDictionary<int, GradientComputation> _computations = [];
    private readonly ConcurrentBag<Evaluator> _evaluators = [];

    /// <summary>A replica at step 0 of the plan's own initial weights.</summary>
    public Replica(string runId, TrainingPlan plan, DataSet data)
    {
        RunId = runId;
        Plan = plan;
        Model = Model.Of(plan);
        _data = data;
        _samples = data.Train.First(plan.Samples);
        State = new ModelState(plan, Model.Layout);
        Chunks = new TestChunks(data.Test.Count, plan.BatchSize);
    }

    /// <summary>The run.</summary>
    public string RunId { get; }

    /// <summary>What the run trains.</summary>
    public TrainingPlan Plan { get; }

    /// <summary>The plan's model.</summary>
    public Model Model { get; }

    /// <summary>The silo's copy of the run's state.</summary>
    public ModelState State { get; }

    /// <summary>The test split's chunks.</summary>
    public TestChunks Chunks { get; }

    /// <summary>Held by whoever computes with the state or changes it.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>Applies the update if it is the next one.</summary>
    /// <returns>Whether the state is now at <paramref name="step"/>.</returns>
    public bool BringTo(long step, StepUpdate? update)
    {
        if (update is not null && update.Step == State.Step)
        {
            State.Apply(update);
        }

        return State.Step == step;
    }

    /// <summary>The computation of one worker, bound to the state.</summary>
    public GradientComputation ComputationOf(int worker) =>
        _computations.GetOrAdd(worker, w => new GradientComputation(Plan, Model, _samples, State.Parameters, w));

    /// <summary>Evaluates one chunk of the test split; may be called from several threads at once.</summary>
    public StepTotals[] EvaluateChunk(int chunk)
    {
        if (!_evaluators.TryTake(out var evaluator))
        {
            evaluator = new Evaluator(Model, LossTable.Get(Plan.Loss), _data.Test, Chunks, State.Parameters);
        }

        var batches = evaluator.Evaluate(chunk);
        _evaluators.Add(evaluator);
        return batches;
    }

    /// <summary>
    /// Collapses the workers' gradients to the largest nodes of the summation tree. Sums are written into the left worker's
    /// own buffer, which belongs to this step until the next request arrives.
    /// </summary>
    public IReadOnlyList<GradientNode> Collapse(WorkerRange owned, GradientNode[] leaves) =>
        [.. SummationTree.NodesWithin(Plan.Workers, owned).Select(node => SummationTree.Sum(
            node,
            part => part.Count == 1 ? leaves[part.First - owned.First] : null,
            (left, right) =>
            {
                var buffer = ComputationOf(left.FirstWorker).Gradient.Span;
                TensorPrimitives.Add(buffer, right.Gradient.Span, buffer);
                return new GradientNode(left.FirstWorker, right.EndWorker, left.Gradient, left.Totals + right.Totals);
            }))];

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var computation in _computations.Values)
        {
            computation.Dispose();
        }

        while (_evaluators.TryTake(out var evaluator))
        {
            evaluator.Dispose();
        }
    }
}

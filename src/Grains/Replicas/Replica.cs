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

    /// <summary>The newest parameter server heard of.</summary>
    public long Attempt { get; private set; }

    /// <summary>Whether the state has been installed; before that it is just memory.</summary>
    public bool HasState { get; private set; }

    /// <summary>The silo's copy of the run's state.</summary>
    public ModelState State { get; }

    /// <summary>The test split's chunks.</summary>
    public TestChunks Chunks { get; }

    /// <summary>Held by whoever computes with the state or changes it.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>Whether a parameter server is the newest heard of; a newer one is remembered.</summary>
    public bool Obeys(RunAttempt attempt)
    {
        if (attempt.Number > Attempt)
        {
            Attempt = attempt.Number;
            LeaveBuffers();
        }

        return attempt.Number == Attempt;
    }

    /// <summary>Takes over a state; null draws the plan's initial weights.</summary>
    public void Install(TrainingState? state)
    {
        LeaveBuffers();
        State.Restore(state ?? new ModelState(Plan, Model.Layout).Snapshot());
        HasState = true;
    }

    /// <summary>Applies the update if it is the next one.</summary>
    /// <returns>Whether the state is now at <paramref name="step"/>.</returns>
    public bool BringTo(long step, StepUpdate? update)
    {
        if (HasState && update is not null && update.Step == State.Step)
        {
            State.Apply(update);
        }

        return HasState && State.Step == step;
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
    /// <exception cref="InvalidOperationException">A worker did not compute on this silo, but with another one's replica.</exception>
    public IReadOnlyList<GradientNode> Collapse(WorkerRange owned, GradientNode[] leaves)
    {
        foreach (var leaf in leaves)
        {
            if (!ReferenceEquals(leaf.Gradient, ComputationOf(leaf.FirstWorker).Gradient.Wire))
            {
                throw new InvalidOperationException($"Worker {leaf.FirstWorker} of run {RunId} did not compute on this silo.");
            }
        }

        return [.. SummationTree.NodesWithin(Plan.Workers, owned).Select(node => SummationTree.Sum(
            node,
            part => part.Count == 1 ? leaves[part.First - owned.First] : null,
            (left, right) =>
            {
                var buffer = ComputationOf(left.FirstWorker).Gradient.Span;
                TensorPrimitives.Add(buffer, right.Gradient.Span, buffer);
                return new GradientNode(left.FirstWorker, right.EndWorker, left.Gradient, left.Totals + right.Totals);
            }))];
    }

    /// <inheritdoc />
    public void Dispose()
    {
        LeaveBuffers();
        while (_evaluators.TryTake(out var evaluator))
        {
            evaluator.Dispose();
        }
    }

    /// <summary>
    /// Starts with fresh gradient buffers. Someone may still be reading the old ones: a parameter server that does not know yet that it has been
    /// superseded, or the network with an answer that nobody waits for any more.
    /// </summary>
    private void LeaveBuffers()
    {
        foreach (var computation in _computations.Values)
        {
            computation.Dispose();
        }

        _computations.Clear();
    }
}

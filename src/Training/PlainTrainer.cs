using System.Numerics.Tensors;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Evaluation;
using Mnist.Distributed.Training.Gradients;
using Mnist.Distributed.Training.State;
using Mnist.Distributed.Training.Summation;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Training;

/// <summary>
/// The whole of training in one process and one thread, to be read from top to bottom: for each step, every worker's gradient, their
/// sum in tree order, the optimizer. The cluster does the same in many places and must end with the same bytes.
/// </summary>
public sealed class PlainTrainer : IDisposable
{
    private readonly TrainingPlan _plan;
    private readonly GradientComputation[] _workers;
    private readonly Evaluator _evaluator;
    private readonly TestChunks _chunks;

    /// <summary>Prepares a run from freshly drawn weights, or from <paramref name="initial"/>.</summary>
    public PlainTrainer(TrainingPlan plan, DataSet data, TrainingState? initial = null, TrainingCatalogue? catalogue = null)
        : this(TrainingSetup.Of(plan with { Data = data.Shape }, catalogue), data, initial)
    {
    }

    /// <summary>Prepares a run from freshly drawn weights, or from <paramref name="initial"/>.</summary>
    public PlainTrainer(TrainingSetup setup, DataSet data, TrainingState? initial = null)
    {
        var plan = setup.Plan;
        _plan = plan;
        State = setup.NewState();
        if (initial is not null)
        {
            State.Restore(initial);
        }

        var samples = data.Train.First(plan.Samples);
        _workers = [.. Enumerable.Range(0, plan.Workers).Select(w => new GradientComputation(setup, samples, State.Parameters, w))];
        _chunks = new TestChunks(data.Test.Count, plan.BatchSize);
        _evaluator = new Evaluator(setup, data.Test, _chunks, State.Parameters);
    }

    /// <summary>The state the steps have led to.</summary>
    public ModelState State { get; }

    /// <summary>Trains all epochs.</summary>
    public void Train()
    {
        while (State.Step < _plan.TotalSteps)
        {
            TrainStep();
        }
    }

    /// <summary>Trains one step.</summary>
    /// <returns>Loss, metric and number of the step's samples.</returns>
    public StepTotals TrainStep()
    {
        var step = State.Step;
        var totals = new StepTotals[_workers.Length];
        for (var w = 0; w < _workers.Length; w++)
        {
            totals[w] = _workers[w].Compute(step);
        }

        var sum = SummationTree.Sum(
            new WorkerRange(0, _workers.Length),
            node => node.Count == 1 ? new Part(_workers[node.First].Gradient, totals[node.First]) : null,
            (left, right) =>
            {
                TensorPrimitives.Add(left.Gradient.Span, right.Gradient.Span, left.Gradient.Span);
                return new Part(left.Gradient, left.Totals + right.Totals);
            });

        State.Apply(new StepUpdate(step, sum.Gradient.Wire, sum.Totals, null));
        return sum.Totals;
    }

    /// <summary>Totals of each batch of the test split.</summary>
    public StepTotals[] Evaluate() => [.. Enumerable.Range(0, _chunks.Count).SelectMany(_evaluator.Evaluate)];

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var worker in _workers)
        {
            worker.Dispose();
        }

        _evaluator.Dispose();
    }

    private sealed record Part(FlatVector Gradient, StepTotals Totals);
}

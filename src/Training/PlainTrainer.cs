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
/// The plain trainer: the whole training in one process and one thread, written to be read from top
/// to bottom. At each step it computes the gradient of every worker, adds the gradients in the
/// order of the summation tree, and runs the optimizer. A cluster distributes the same work and
/// must end with the same bytes.
/// </summary>
public sealed class PlainTrainer : IDisposable
{
    private readonly TrainingPlan _plan;
    private readonly GradientComputation[] _workers;
    private readonly Evaluator _evaluator;
    private readonly TestChunks _chunks;

    /// <summary>Prepares a run of a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="data">The data set.</param>
    /// <param name="initial">The state to begin with. Default: freshly drawn weights.</param>
    /// <param name="catalogue">Knows the names of the plan. Default: the project's.</param>
    /// <exception cref="Contracts.InvalidInputException">
    /// The plan does not fit the catalogue or the data.
    /// </exception>
    public PlainTrainer(TrainingPlan plan, DataSet data, TrainingState? initial = null, TrainingCatalogue? catalogue = null)
        : this(TrainingSetup.Of(plan with { Data = data.Shape }, catalogue), data, initial)
    {
    }

    /// <summary>
    /// Prepares a run of a plan whose parts are made already.
    /// </summary>
    /// <param name="setup">The plan with its model, objective and update rule.</param>
    /// <param name="data">The data set.</param>
    /// <param name="initial">The state to begin with. Default: freshly drawn weights.</param>
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
        _evaluator = new Evaluator(setup, data, _chunks, State.Evaluated);
    }

    /// <summary>The state after the steps so far.</summary>
    public ModelState State { get; }

    /// <summary>
    /// Trains until the end of the last epoch, or of the epoch after which the plan stops early.
    /// </summary>
    /// <param name="testMetrics">
    /// The test metrics of the epochs before the state that training begins with. Default: none,
    /// because it begins at step 0.
    /// </param>
    public void Train(IReadOnlyList<double>? testMetrics = null)
    {
        List<double> metrics = [.. testMetrics ?? []];
        while (State.Step < _plan.TotalSteps && !EarlyStopping.After(_plan, metrics).IsOver)
        {
            TrainStep();
            if (EarlyStopping.IsIn(_plan) && State.Step % _plan.StepsPerEpoch == 0)
            {
                metrics.Add(new TestTotals(Evaluate()).Metric);
            }
        }
    }

    /// <summary>Trains one step.</summary>
    /// <returns>Sums of loss and metric over the samples of the step, and their number.</returns>
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

    /// <summary>
    /// Evaluates the current state on the test split: the totals of each batch, in order.
    /// </summary>
    public StepTotals[] Evaluate()
    {
        var objective = _evaluator.Begin();
        return [.. Enumerable.Range(0, _chunks.Count).SelectMany(chunk => _evaluator.Evaluate(objective, chunk))];
    }

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

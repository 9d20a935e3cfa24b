using System.Numerics.Tensors;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.State;
using Mnist.Distributed.Training.Summation;

namespace Mnist.Distributed.Tests.Simulation.Training;

/// <summary>
/// The same run computed in one place without faults: the expected state at every step.
/// </summary>
internal sealed class Oracle
{
    private readonly List<TrainingState> _states = [];
    private readonly List<StateHash> _hashes = [];
    private readonly List<EvaluationResult> _evaluations = [];

    /// <summary>Computes a run.</summary>
    public Oracle(TrainingPlan plan, string numerics)
    {
        var state = GradientFunction.NewState(plan);
        Note(plan, state);
        while (state.Step < plan.TotalSteps)
        {
            state.Apply(Update(plan, numerics, state));
            Note(plan, state);
        }
    }

    /// <summary>The state at a step.</summary>
    public TrainingState At(long step) => _states[(int)step];

    /// <summary>The hash of the state at a step.</summary>
    public StateHash HashAt(long step) => _hashes[(int)step];

    /// <summary>The evaluation of the state at a step.</summary>
    public EvaluationResult EvaluationAt(long step) => _evaluations[(int)step];

    private static StepUpdate Update(TrainingPlan plan, string numerics, ModelState state)
    {
        var parameters = state.Parameters;
        var sum = SummationTree.Sum(
            new WorkerRange(0, plan.Workers),
            node => node.Count == 1 ? Leaf(node.First) : null,
            (left, right) =>
            {
                var both = new float[parameters.Length];
                TensorPrimitives.Add(left.Gradient, right.Gradient, both);
                return new Part(both, left.Totals + right.Totals);
            });
        return new StepUpdate(state.Step, new ParameterVector(sum.Gradient), sum.Totals, null);

        Part Leaf(int worker)
        {
            var gradient = new float[parameters.Length];
            GradientFunction.Write(plan, numerics, state.Step, worker, parameters.Span, gradient, ..);
            return new Part(gradient, GradientFunction.Totals(plan, state.Step, worker, parameters.Span));
        }
    }

    private void Note(TrainingPlan plan, ModelState state)
    {
        _states.Add(state.Snapshot());
        _hashes.Add(state.Hash());
        StepTotals[] batches = [.. Enumerable.Range(0, (plan.TestSamples + plan.BatchSize - 1) / plan.BatchSize)
            .Select(batch => GradientFunction.Evaluate(batch, state.Evaluated.Span))];
        var total = batches.Aggregate((left, right) => left + right);
        _evaluations.Add(new EvaluationResult(batches.Average(batch => batch.Loss), total.Metric));
    }

    private sealed record Part(float[] Gradient, StepTotals Totals);
}

using System.Numerics.Tensors;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Compute;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Gradients;
using Mnist.Distributed.Training.State;
using Mnist.Distributed.Training.Summation;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Tests.Training.Gradients;

/// <summary>Trains with the workers side by side on the threads of a pool.</summary>
internal sealed class PooledTrainer : IDisposable
{
    private readonly TrainingPlan _plan;
    private readonly ComputePool _pool;
    private readonly GradientComputation[] _workers;

    public PooledTrainer(TrainingPlan plan, ImageSet samples, ComputePool pool)
    {
        TrainingSetup setup = TrainingSetup.Of(plan);
        _plan = plan;
        _pool = pool;
        State = setup.NewState();
        _workers = [.. Enumerable.Range(0, plan.Workers).Select(worker => new GradientComputation(setup, samples, State.Parameters, worker))];
    }

    public ModelState State { get; }

    public async Task TrainAsync(int epochs)
    {
        for (int step = 0; step < epochs * _plan.StepsPerEpoch; step++)
        {
            StepTotals[] totals = await Task.WhenAll(_workers.Select(worker => _pool.Run(() => worker.Compute(State.Step))));
            Apply(totals.Aggregate((left, right) => left + right));
        }
    }

    public void Dispose() => Array.ForEach(_workers, worker => worker.Dispose());

    private void Apply(StepTotals totals)
    {
        FlatVector sum = SummationTree.Sum(
            new WorkerRange(0, _workers.Length),
            node => node.Count == 1 ? _workers[node.First].Gradient : null,
            (left, right) =>
            {
                TensorPrimitives.Add(left.Span, right.Span, left.Span);
                return left;
            });
        State.Apply(new StepUpdate(State.Step, sum.Wire, totals, null));
    }
}

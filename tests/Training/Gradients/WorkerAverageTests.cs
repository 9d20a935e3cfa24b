using System.Numerics.Tensors;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Tests.Training.Data;
using Mnist.Distributed.Training;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Gradients;
using Mnist.Distributed.Training.Vectors;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Gradients;

public sealed class WorkerAverageTests
{
    /// <summary>
    /// The fourth step has 11 of the 101 samples left: fewer than a batch, and no multiple of any
    /// number of workers here.
    /// </summary>
    private static readonly TrainingPlan OneWorker = new() { Workers = 1, Samples = 101, Epochs = 2, Shuffle = false, LearningRate = 0.1f };

    [Theory]
    [InlineData("mlp", 4)]
    [InlineData("mlp", 3)]
    [InlineData("mlp", 5)]
    [InlineData("mlp", 7)]
    [InlineData("mlp", 30)]
    [InlineData("mlp-logits", 4)]
    public void Average_over_workers_is_the_gradient_of_one_worker_with_all_samples(string modelName, int workers)
    {
        TrainingPlan plan = OneWorker with { Model = modelName };
        TrainingSetup setup = TrainingSetup.Of(plan);
        DataSet data = Digits.Synthetic;
        using var trainer = new PlainTrainer(plan, data);
        FlatVector parameters = trainer.State.Parameters;
        using var single = new GradientComputation(setup, data.Train.First(plan.Samples), parameters, worker: 0);
        GradientComputation[] several = [.. Enumerable.Range(0, workers).Select(worker =>
            new GradientComputation(setup with { Plan = plan with { Workers = workers } }, data.Train.First(plan.Samples), parameters, worker))];

        for (long step = 0; step < plan.TotalSteps; step++)
        {
            StepTotals expected = single.Compute(step);
            float[] sum = new float[setup.Model.Layout.Length];
            StepTotals totals = default;
            foreach (GradientComputation worker in several)
            {
                totals += worker.Compute(step);
                TensorPrimitives.Add(sum, worker.Gradient.Span, sum);
            }

            Assert.Equal((expected.Samples, expected.MetricSum), (totals.Samples, totals.MetricSum));
            Assert.Equal(expected.LossSum, totals.LossSum, 1e-6 * expected.LossSum);
            AreClose(single.Gradient.Span, sum);
            trainer.TrainStep();
        }

        Array.ForEach(several, worker => worker.Dispose());
    }

    /// <summary>
    /// Sums of 30 samples in two orders differ by a few roundings, each of 6e-8 of the largest
    /// summand.
    /// </summary>
    private static void AreClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        float largest = TensorPrimitives.MaxMagnitude(expected);
        Assert.NotEqual(0, largest);
        float[] difference = new float[expected.Length];
        TensorPrimitives.Subtract(actual, expected, difference);
        Assert.InRange(Math.Abs(TensorPrimitives.MaxMagnitude(difference)), 0, 1e-6 * Math.Abs(largest));
    }
}

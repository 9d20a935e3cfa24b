using System.Numerics.Tensors;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Tests.Training.Data;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Gradients;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Tasks;

/// <summary>
/// The gradient of several workers together is that of one worker, for every loss on every task.
/// Mined triplets are the exception that help and record name.
/// </summary>
public sealed class WorkerIndependenceTests
{
    private static readonly TrainingPlan OneWorker = new() { Model = "mlp-logits", Workers = 1, Samples = 41, BatchSize = 20, Shuffle = false };

    public static TheoryData<string, string> Uses =>
        [.. TrainingCatalogue.Standard.Losses.SelectMany(loss => loss.Uses, (loss, use) => (loss.Name, use.Task))];

    [Theory]
    [MemberData(nameof(Uses))]
    public void Workers_add_up_to_the_gradient_of_one(string loss, string task)
    {
        var (one, three) = (Gradient(loss, task, Settings.Empty, 1), Gradient(loss, task, Settings.Empty, 3));

        Assert.Equal(one.Totals.Samples, three.Totals.Samples);
        Assert.Equal(one.Totals.MetricSum, three.Totals.MetricSum, 1e-9);
        Assert.Equal(one.Totals.LossSum, three.Totals.LossSum, 1e-6 * Math.Abs(one.Totals.LossSum));
        Assert.InRange(Difference(one.Sum, three.Sum), 0, 2e-6);
    }

    [Theory]
    [InlineData("semi-hard")]
    [InlineData("batch-hard")]
    public void Mined_triplets_depend_on_the_workers(string mining)
    {
        var settings = Settings.Empty.With("mining", mining);

        Assert.True(Difference(Gradient("triplet", "embedding", settings, 1).Sum, Gradient("triplet", "embedding", settings, 3).Sum) > 1e-3);
    }

    private static (StepTotals Totals, float[] Sum) Gradient(string loss, string task, Settings settings, int workers)
    {
        var plan = OneWorker with { Loss = loss, Task = task, LossSettings = settings, Workers = workers };
        var setup = TrainingSetup.Of(plan);
        var (state, samples) = (setup.NewState(), Digits.Synthetic.Train.First(plan.Samples));
        var (totals, sum) = (default(StepTotals), new float[setup.Model.Layout.Length]);
        for (var worker = 0; worker < workers; worker++)
        {
            using var computation = new GradientComputation(setup, samples, state.Parameters, worker);
            totals += computation.Compute(0);
            TensorPrimitives.Add(sum, computation.Gradient.Span, sum);
        }

        return (totals, sum);
    }

    private static float Difference(float[] expected, float[] actual)
    {
        var difference = new float[expected.Length];
        TensorPrimitives.Subtract(actual, expected, difference);
        return Math.Abs(TensorPrimitives.MaxMagnitude(difference)) / Math.Abs(TensorPrimitives.MaxMagnitude(expected));
    }
}

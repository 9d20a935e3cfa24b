using System.Runtime.InteropServices;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Tests.Training.Data;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Weights;
using Xunit;

namespace Mnist.Distributed.Tests.Training.PyTorch;

/// <summary>
/// Trains a plan with the plain trainer and with PyTorch, from the same weights and on the same
/// batches, and compares what they give.
/// </summary>
/// <param name="output">Gets the largest differences.</param>
/// <param name="catalogue">Knows the names of the plan. Default: the project's.</param>
internal sealed class PyTorchComparison(ITestOutputHelper output, TrainingCatalogue? catalogue = null) : IDisposable
{
    /// <summary>Relative for losses above 1, as those of CTC are.</summary>
    private const double LossTolerance = 1e-4;

    /// <summary>
    /// PyTorch computes some rates step by step from the rate before; ours are single precision.
    /// </summary>
    private const double RateTolerance = 1e-6;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Trains some steps and compares.</summary>
    /// <param name="plan">The plan, with one worker and in file order.</param>
    /// <param name="steps">Number of steps.</param>
    /// <param name="resumeEvery">Steps after which PyTorch takes over the weights again.</param>
    /// <param name="weightTolerance">
    /// The largest difference of a weight, relative for tensors with values above 1.
    /// </param>
    public async Task Agrees(TrainingPlan plan, int steps, int resumeEvery, double weightTolerance)
    {
        Assert.SkipWhen(!PythonWithTorch.IsHere, PythonWithTorch.WhyNot);
        DataSet data = Digits.RealIfAtHand;
        using var trainer = new PlainTrainer(plan, data, catalogue: catalogue);
        var setup = TrainingSetup.Of(plan with { Data = data.Shape }, catalogue);
        double[] losses = new double[steps];
        for (int step = 0; step < steps; step++)
        {
            if (step % resumeEvery == 0)
            {
                Write(plan, trainer);
            }

            losses[step] = trainer.TrainStep().Loss;
        }

        ReferenceResult reference =
            await Reference.TrainAsync(setup, steps, resumeEvery, data, _folder, TestContext.Current.CancellationToken);

        Compare("loss of a step", losses, reference.Losses, LossTolerance * Math.Max(1, reference.Losses.Max()));
        double[] rates = [.. Enumerable.Range(0, steps).Select(step => (double)setup.Rule.Rate.At(step))];
        Compare("learning rate", rates, reference.Rates, RateTolerance * plan.LearningRate);
        CompareWeights(Write(plan, trainer), reference.State, weightTolerance);
        StepTotals[] test = trainer.Evaluate();
        Compare("test loss", [test.Average(batch => batch.Loss)], [reference.TestLoss], LossTolerance * Math.Max(1, reference.TestLoss));
        Assert.Equal(reference.Samples, test.Sum(batch => batch.Samples));
        if (setup.Plan.Task == new TrainingPlan().Task)
        {
            Assert.Equal(reference.Correct, test.Sum(batch => batch.MetricSum));
        }
    }

    private string Write(TrainingPlan plan, PlainTrainer trainer)
    {
        string path = _folder[$"{trainer.State.Step}.safetensors"];
        ModelWeights.Write(path, TrainingSetup.Of(plan, catalogue), trainer.State.Snapshot());
        return path;
    }

    private void CompareWeights(string actualPath, string expectedPath, double tolerance)
    {
        IReadOnlyList<NamedTensor> actual = SafetensorsFile.Read(actualPath).Tensors;
        IReadOnlyList<NamedTensor> expected = SafetensorsFile.Read(expectedPath).Tensors;
        Assert.Equal(expected.Select(tensor => (tensor.Name, tensor.Type)), actual.Select(tensor => (tensor.Name, tensor.Type)));
        foreach ((NamedTensor ours, NamedTensor theirs) in actual.Zip(expected))
        {
            if (ours.Type == DType.I64)
            {
                Assert.Equal(theirs.Data.ToArray(), ours.Data.ToArray());
            }
            else
            {
                double[] expectedNumbers = Numbers(theirs);
                Compare(ours.Name, Numbers(ours), expectedNumbers, tolerance * Math.Max(1, expectedNumbers.Max(Math.Abs)));
            }
        }
    }

    private void Compare(string what, double[] actual, double[] expected, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        double difference = actual.Zip(expected, (a, b) => Math.Abs(a - b)).Max();
        output.WriteLine($"{what}: largest difference {difference:E1}, largest value {expected.Max(Math.Abs):E1}");
        Assert.InRange(difference, 0, tolerance);
    }

    private static double[] Numbers(NamedTensor tensor) =>
        Array.ConvertAll(MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray(), value => (double)value);
}

using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Tests.Training.Data;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Gradients;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.Native;
using Mnist.Distributed.Training.State;
using Mnist.Distributed.Training.Vectors;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Mnist.Distributed.Tests.Training.Gradients;

public sealed class GradientTests(ITestOutputHelper output)
{
    private const int Samples = 30;

    static GradientTests() => LibTorch.EnsureLoaded();

    /// <summary>
    /// Hidden layers narrower than a vector, of several vectors and a rest, and of several tiles
    /// and a rest.
    /// </summary>
    [Theory]
    [InlineData("mlp", 100)]
    [InlineData("mlp-logits", 100)]
    [InlineData("mlp-logits", 7)]
    [InlineData("mlp-logits", 16)]
    [InlineData("mlp", 31)]
    [InlineData("mlp-logits", 300)]
    [InlineData("cnn", 100)]
    [InlineData("mlp-module", 100)]
    [InlineData("cnn-module", 100)]
    public void Gradient_is_that_of_plain_modules_in_double_precision(string modelName, int hidden)
    {
        var plan = new TrainingPlan { Model = modelName, ModelSettings = modelName.StartsWith("cnn", StringComparison.Ordinal) ? PlanSettings.Dropout(0) : PlanSettings.Hidden(hidden), Workers = 1, Samples = Samples, Shuffle = false, Seed = 5 };
        TrainingSetup setup = TrainingSetup.Of(plan);
        Model model = setup.Model;
        ModelState state = setup.NewState();
        ImageSet samples = Digits.Synthetic.Train.First(Samples);
        using var computation = new GradientComputation(setup, samples, state.Parameters, worker: 0);

        StepTotals totals = computation.Compute(0);

        using DisposeScope scope = NewDisposeScope();
        using nn.Module<Tensor, Tensor> module = PlainModules.Create(modelName, hidden);
        Dictionary<string, Tensor> tensors = module.state_dict();
        Load(tensors, model.Layout, state.Parameters);
        double loss = Backward(module, samples);

        Assert.Equal(loss, totals.LossSum, 1e-5 * loss);
        foreach (Segment segment in model.Layout.Segments)
        {
            bool statistic = segment.Name.Contains("running_");
            double[] expected = statistic
                ? [.. tensors[segment.Name].data<double>().Select(value => value * Samples)]
                : [.. tensors[segment.Name].grad!.data<double>()];
            AreClose(segment.Name, expected, InOrderOfPyTorch(segment, computation.Gradient));
        }
    }

    private static void Load(Dictionary<string, Tensor> tensors, ParameterLayout layout, FlatVector parameters)
    {
        using IDisposable grad = no_grad();
        foreach (Segment segment in layout.Segments)
        {
            tensors[segment.Name].copy_(tensor(InOrderOfPyTorch(segment, parameters), Array.ConvertAll(segment.Shape, size => (long)size)));
        }
    }

    private static float[] InOrderOfPyTorch(Segment segment, FlatVector vector)
    {
        float[] elements = new float[segment.Length];
        segment.Order.Load(vector.Of(segment), elements);
        return elements;
    }

    private static double Backward(nn.Module<Tensor, Tensor> module, ImageSet samples)
    {
        double[] pixels = [.. samples.Images.ToArray().Select(pixel => ((pixel / 255.0) - 0.5) / 0.5)];
        long[] labels = [.. samples.Labels.ToArray().Select(label => (long)label)];
        module.train();
        Tensor loss = nn.functional.cross_entropy(module.forward(tensor(pixels, [samples.Count, 1, 28, 28])), tensor(labels), reduction: nn.Reduction.Sum);
        loss.backward();
        return loss.item<double>();
    }

    /// <summary>
    /// An element is a sum over up to 30 x 784 positions. Its roundings of 6e-8 add up like a
    /// random walk to 1e-5. The gradients of the convolutions' biases consist of rounding errors
    /// only, because batch normalisation removes a constant.
    /// </summary>
    private void AreClose(string name, double[] expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = expected.Max(Math.Abs);
        double difference = actual.ToArray().Zip(expected, (a, b) => Math.Abs(a - b)).Max();
        output.WriteLine($"{name}: largest difference {difference:E1}, largest value {largest:E1}");
        Assert.InRange(difference, 0, 2e-5 * Math.Max(1, largest));
    }
}

using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.State;
using Mnist.Distributed.Training.Vectors;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Models;

/// <summary>
/// PyTorch draws weights and biases of linear and convolution layers uniformly within 1/sqrt(inputs
/// of one output). kaiming_uniform with a = sqrt(5) has this bound.
/// </summary>
public sealed class InitialWeightsTests
{
    [Theory]
    [InlineData("mlp", "layer_stack.1", 784)]
    [InlineData("mlp", "layer_stack.3", 100)]
    [InlineData("mlp-logits", "layer_stack.1", 784)]
    [InlineData("cnn", "conv1", 9)]
    [InlineData("cnn", "conv2", 32 * 9)]
    [InlineData("cnn", "fc1", 64 * 7 * 7)]
    [InlineData("cnn", "fc2", 128)]
    public void Layers_are_drawn_uniformly_within_the_bound_of_PyTorch(string model, string layer, int inputs)
    {
        double bound = 1 / Math.Sqrt(inputs);

        Assert.All([$"{layer}.weight", $"{layer}.bias"], name => IsUniform(Draw(model, seed: 1)[name], bound));
    }

    [Fact]
    public void Batch_normalisation_begins_as_the_identity()
    {
        Dictionary<string, double[]> values = Draw("cnn", seed: 1);

        foreach (string norm in new[] { "batch_norm1", "batch_norm2" })
        {
            Assert.All(values[$"{norm}.weight"], value => Assert.Equal(1, value));
            Assert.All(values[$"{norm}.bias"], value => Assert.Equal(0, value));
            Assert.All(values[$"{norm}.running_mean"], value => Assert.Equal(0, value));
            Assert.All(values[$"{norm}.running_var"], value => Assert.Equal(1, value));
        }
    }

    [Theory]
    [InlineData("mlp")]
    [InlineData("cnn")]
    public void Seed_decides_every_bit(string model)
    {
        float[] values = DrawFlat(model, seed: 1);

        Assert.Equal(values, DrawFlat(model, seed: 1));
        Assert.All([2L, 0L, -1L, long.MaxValue], seed => Assert.NotEqual(values, DrawFlat(model, seed)));
    }

    [Fact]
    public void Gaps_between_tensors_are_zero()
    {
        ParameterLayout layout = Layout("mlp");
        float[] values = DrawFlat("mlp", seed: 1);

        foreach (Segment segment in layout.Segments)
        {
            values.AsSpan(segment.Offset, segment.Length).Clear();
        }

        Assert.True(layout.Length > layout.Segments.Sum(segment => segment.Length));
        Assert.DoesNotContain(values, value => value != 0);
    }

    /// <summary>Moments within six standard errors: variance b^2/3, fourth moment b^4/5.</summary>
    private static void IsUniform(double[] values, double bound)
    {
        double n = values.Length;
        Assert.InRange(values.Max(Math.Abs), 0, bound * (1 + 1e-7));
        Assert.InRange(values.Average(), -6 * bound / Math.Sqrt(3 * n), 6 * bound / Math.Sqrt(3 * n));
        double squares = values.Average(value => value * value) / (bound * bound);
        double error = Math.Sqrt(((1.0 / 5) - (1.0 / 9)) / n);
        Assert.InRange(squares, (1.0 / 3) - (6 * error), (1.0 / 3) + (6 * error));
    }

    private static ParameterLayout Layout(string model) => TrainingSetup.Of(new TrainingPlan { Model = model }).Model.Layout;

    private static float[] DrawFlat(string model, long seed)
    {
        ParameterLayout layout = Layout(model);
        float[] values = new float[layout.Length];
        InitialWeights.Draw(seed, layout, values);
        return values;
    }

    private static Dictionary<string, double[]> Draw(string model, long seed)
    {
        float[] values = DrawFlat(model, seed);
        return Layout(model).Segments.ToDictionary(
            segment => segment.Name,
            segment => Array.ConvertAll(values[segment.Offset..(segment.Offset + segment.Length)], value => (double)value));
    }
}

using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Training.Data;
using Mnist.Distributed.Training;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Gradients;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.Models.Modules;
using Mnist.Distributed.Training.Models.Torch;
using Mnist.Distributed.Training.Vectors;
using Xunit;
using static TorchSharp.torch;

namespace Mnist.Distributed.Tests.Training.Models.Torch;

/// <summary>A module trains as in the loop that people write with TorchSharp.</summary>
public sealed class TorchNetworkTests(ITestOutputHelper output)
{
    private const int Samples = 30;

    private static readonly ModelShape Digit = new(Settings.Empty, Recipe.Sample, Recipe.Data.Normalisation, 10);

    private static readonly TrainingPlan Plan = new() { Workers = 1, Samples = 90, BatchSize = Samples, Epochs = 1, Shuffle = false, LearningRate = 0.1f, Seed = 7 };

    public static TheoryData<string> Modules => ["resnet", "many", "mlp-module", "cnn-module"];

    /// <summary>
    /// One optimizer, one thread, one batch after the other: the loop of TorchSharp's own tutorial,
    /// with its autograd loss and its SGD.
    /// </summary>
    [Theory]
    [MemberData(nameof(Modules))]
    public void Steps_are_those_of_the_plain_loop_of_the_same_module(string name)
    {
        var plan = Plan with { Model = name, ModelSettings = WithoutDropout(name) };
        var catalogue = Catalogue(dropout: 0);
        using var trainer = new PlainTrainer(plan, Digits.Synthetic, catalogue: catalogue);
        var setup = TrainingSetup.Of(plan with { Data = Digits.Synthetic.Shape }, catalogue);
        using var scope = NewDisposeScope();
        using var module = Create(name, plan.Seed, new ModelShape(setup.Plan.ModelSettings, Recipe.Sample, Recipe.Data.Normalisation, 10));
        var optimizer = optim.SGD(module.parameters(), plan.LearningRate);
        module.train();
        var state = module.state_dict();

        // The initial weights are those that the module draws with the seed of the run.
        Compare(trainer.State.Parameters, setup.Model.Layout, state, 0);
        for (var step = 0; step < plan.TotalSteps; step++)
        {
            var totals = trainer.TrainStep();
            var (images, labels) = BatchOf(step);
            optimizer.zero_grad();
            var loss = nn.functional.cross_entropy(module.call(images), labels);
            loss.backward();
            optimizer.step();
            Assert.Equal(loss.item<float>(), totals.Loss, 1e-5);
        }

        Compare(trainer.State.Parameters, setup.Model.Layout, state, 1e-4);
    }

    /// <summary>
    /// The masks of the fast CNN come from the same key in the same order, so the gradients agree
    /// with dropout, too.
    /// </summary>
    [Fact]
    public void Dropout_masks_of_a_module_are_those_of_the_fast_network()
    {
        var settings = PlanSettings.Dropout(0.5f);
        var (fast, slow) = (Plan with { Model = "cnn", ModelSettings = settings }, Plan with { Model = "cnn-module", ModelSettings = settings });
        var setups = (Fast: TrainingSetup.Of(fast), Slow: TrainingSetup.Of(slow));
        var start = setups.Fast.NewState().Parameters;
        var same = InOtherLayout(start, setups.Fast.Model.Layout, setups.Slow.Model.Layout);
        var samples = Digits.Synthetic.Train.First(Plan.Samples);
        using var ours = new GradientComputation(setups.Fast, samples, start, 0);
        using var theirs = new GradientComputation(setups.Slow, samples, same, 0);

        foreach (var step in (int[])[0, 1, 2])
        {
            Assert.Equal(ours.Compute(step).Loss, theirs.Compute(step).Loss, 1e-5);
            var expected = InOtherLayout(ours.Gradient, setups.Fast.Model.Layout, setups.Slow.Model.Layout);
            var difference = theirs.Gradient.Span.ToArray().Zip(expected.Span.ToArray(), (a, b) => Math.Abs(a - b)).Max();
            output.WriteLine($"step {step}: largest difference {difference:E1}");
            Assert.InRange(difference, 0, 1e-3);
        }
    }

    [Fact]
    public void Channels_are_dropped_as_a_whole_and_masks_follow_the_key()
    {
        var catalogue = Catalogue(dropout: 0.5);
        var setup = TrainingSetup.Of(Plan with { Model = "many", Data = Digits.Synthetic.Shape }, catalogue);
        var state = setup.NewState();
        using var one = new GradientComputation(setup, Digits.Synthetic.Train.First(Plan.Samples), state.Parameters, 0);
        using var other = new GradientComputation(setup, Digits.Synthetic.Train.First(Plan.Samples), state.Parameters, 0);

        var first = one.Compute(0).Loss;
        var second = one.Compute(1).Loss;

        Assert.Equal(first, other.Compute(0).Loss);
        Assert.Equal(second, other.Compute(1).Loss);
        Assert.Equal(first, one.Compute(0).Loss);
    }

    [Fact]
    public void Evaluation_uses_running_statistics_and_no_dropout()
    {
        var plan = Plan with { Model = "resnet", ModelSettings = Settings.Empty.With(ResidualNet.Dropout, 0.5f) };
        using var trainer = new PlainTrainer(plan, Digits.Synthetic);
        trainer.Train();
        var setup = TrainingSetup.Of(plan with { Data = Digits.Synthetic.Shape });
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        using var module = new ResidualModule(new ModelShape(setup.Plan.ModelSettings, Recipe.Sample, Recipe.Data.Normalisation, 10));
        foreach (var (tensorName, tensor) in module.state_dict().Where(entry => !entry.Key.EndsWith("tracked", StringComparison.Ordinal)))
        {
            tensor.copy_(trainer.State.Parameters.View(setup.Model.Layout[tensorName]));
        }

        module.eval();
        var loss = Enumerable.Range(0, 3).Average(batch =>
        {
            var (images, labels) = BatchOf(batch, Digits.Synthetic.Test);
            return nn.functional.cross_entropy(module.call(images), labels).item<float>();
        });

        Assert.Equal(loss, trainer.Evaluate().Take(3).Average(totals => totals.Loss), 1e-5);
    }

    [Fact]
    public void Multiply_adds_of_the_modules_are_those_of_the_fast_networks()
    {
        Assert.Equal(Model("mlp").MultiplyAdds, Model("mlp-module").MultiplyAdds);
        Assert.Equal(Model("cnn").MultiplyAdds, Model("cnn-module").MultiplyAdds);

        static Model Model(string name) => TrainingSetup.Of(Plan with { Model = name }).Model;
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 5, 2)]
    [InlineData(2, 32, 31)]
    public void Residual_net_takes_images_of_any_shape(int channels, int rows, int columns)
    {
        var shape = Digit with { Sample = new SampleShape(channels, rows, columns), Outputs = 3 };

        var model = ResidualNet.Definition.Create(shape);

        Assert.Equal(3, model.Outputs);
        Assert.Equal([16, channels, 3, 3], model.Layout["conv.weight"].Shape);
    }

    private static TrainingCatalogue Catalogue(double dropout) => new()
    {
        Models = [.. TrainingCatalogue.Standard.Models, TorchModel.Define("many", (_, shape) => new ManyLayers(shape, dropout))],
        Losses = TrainingCatalogue.Standard.Losses,
        Optimizers = TrainingCatalogue.Standard.Optimizers,
    };

    private static nn.Module<Tensor, Tensor> Create(string name, long seed, ModelShape shape)
    {
        lock (ModuleFactory.Generator)
        {
            random.manual_seed(seed);
            return name switch
            {
                "resnet" => new ResidualModule(shape),
                "mlp-module" => new MlpModule(shape),
                "cnn-module" => new CnnModule(shape),
                _ => new ManyLayers(shape, dropout: 0),
            };
        }
    }

    private static Settings WithoutDropout(string name) => name switch
    {
        "resnet" => Settings.Empty.With(ResidualNet.Dropout, 0f),
        "cnn-module" => PlanSettings.Dropout(0),
        _ => Settings.Empty,
    };

    private static (Tensor Images, Tensor Labels) BatchOf(int step, ImageSet? split = null)
    {
        split ??= Digits.Synthetic.Train;
        var pixels = split.Images.Slice(step * Samples * 784, Samples * 784).ToArray();
        return (
            tensor(Array.ConvertAll(pixels, pixel => Recipe.Data.Normalisation.Input(pixel)), [Samples, 1, 28, 28]),
            tensor(Array.ConvertAll(split.Labels.Slice(step * Samples, Samples).ToArray(), label => (long)label)));
    }

    private static FlatVector InOtherLayout(FlatVector vector, ParameterLayout from, ParameterLayout to)
    {
        var other = new FlatVector(to.Length);
        foreach (var segment in from.Segments)
        {
            var elements = new float[segment.Length];
            segment.Order.Load(vector.Of(segment), elements);
            to[segment.Name].Order.Store(elements, other.Of(to[segment.Name]));
        }

        return other;
    }

    private void Compare(FlatVector parameters, ParameterLayout layout, Dictionary<string, Tensor> state, double tolerance)
    {
        Assert.Equal(layout.Entries.Select(entry => entry.Name).Order(), state.Keys.Order());
        foreach (var segment in layout.Segments)
        {
            var difference = parameters.Of(segment).ToArray().Zip(state[segment.Name].data<float>(), (a, b) => Math.Abs(a - b)).Max();
            output.WriteLine($"{segment.Name}: largest difference {difference:E1}");
            Assert.InRange(difference, 0, tolerance);
        }
    }
}

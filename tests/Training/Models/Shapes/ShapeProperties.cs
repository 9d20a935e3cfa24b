using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using CsCheck;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Gradients;
using Mnist.Distributed.Training.Vectors;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Models.Shapes;

/// <summary>What holds for MNIST holds for images and classes of any shape.</summary>
public sealed class ShapeProperties
{
    private const int Samples = 12;

    /// <summary>
    /// Nearer to the kink of a ReLU than this, single precision may take the other side.
    /// </summary>
    private const double Kink = 2e-5;

    private static readonly Gen<TrainingPlan> Plans =
        from data in DrawnData.Shape
        from model in Gen.OneOf<string>("mlp", "mlp-logits")
        from hidden in Gen.OneOf(Gen.Int[1, 16], Gen.Int[1, 150])
        from seed in Gen.Int[0, 1000]
        select PlanOf(data, model, hidden) with { Seed = seed };

    [Fact]
    public void The_gradient_is_that_of_plain_arithmetic_in_double_precision() => Plans.Sample(
        plan =>
        {
            _ = IsPlain(plan);
        },
        iter: 60);

    [Fact]
    public void The_gradient_of_a_large_image_is_that_of_plain_arithmetic() =>
        Assert.True(IsPlain(PlanOf(new DataShape(new SampleShape(1, IdxFile.MaximumSide, IdxFile.MaximumSide), ClassList.Numbered(3), Recipe.Normalisation), "mlp-logits", 4)));

    [Fact]
    public void The_gradient_of_the_most_classes_is_that_of_plain_arithmetic() =>
        Assert.True(IsPlain(PlanOf(new DataShape(new SampleShape(1, 1, 1), ClassList.Numbered(ClassList.Most), Recipe.Normalisation), "mlp-logits", 3)));

    [Fact]
    public void The_sum_over_workers_is_the_gradient_of_one_worker_with_all_samples() =>
        Gen.Select(Plans, Gen.Int[2, Samples]).Sample(WorkersAddUp, iter: 60);

    [Fact]
    public void The_sum_over_workers_of_the_most_classes_is_the_gradient_of_one_worker() =>
        WorkersAddUp(PlanOf(new DataShape(new SampleShape(1, 1, 1), ClassList.Numbered(ClassList.Most), Recipe.Normalisation), "mlp", 3), workers: 5);

    [Fact]
    public void Weights_survive_their_file() => Plans.Sample(WeightsSurvive, iter: 60);

    [Fact]
    public void Weights_of_the_most_classes_survive_their_file() =>
        WeightsSurvive(PlanOf(new DataShape(new SampleShape(3, 1, 1), ClassList.Numbered(ClassList.Most), Recipe.Normalisation), "mlp", 2));

    /// <summary>Names that fill a header of 4 MB; the format allows 100.</summary>
    [Fact]
    public void Weights_of_the_most_classes_with_names_survive_their_file() => WeightsSurvive(PlanOf(
        new DataShape(new SampleShape(1, 1, 1), new ClassList(Enumerable.Range(0, ClassList.Most).Select(label => $"the class of the label {label}, with a long name")), Recipe.Normalisation),
        "mlp",
        2));

    [Fact]
    public void Equal_plans_lead_to_equal_bytes() => Plans.Sample(
        plan =>
        {
            var data = DrawnData.Of(plan.Data, Samples);
            plan = plan with { Workers = 3, Epochs = 1, BatchSize = 5 };
            Assert.Equal(Trained(plan, data), Trained(plan with { }, data));
        },
        iter: 20);

    /// <summary>The message of a vector that no silo could send names the size.</summary>
    [Fact]
    public void A_model_that_is_too_large_for_its_images_is_refused()
    {
        var plan = PlanOf(new DataShape(new SampleShape(3, IdxFile.MaximumSide, IdxFile.MaximumSide), ClassList.Numbered(2), Recipe.Normalisation), "mlp", 200);

        var refusal = Assert.Throws<InvalidInputException>(() => TrainingSetup.Of(plan));

        Assert.Contains("629 MB", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>Outputs of a batch lie in one array, whose length is a number of 31 bits.</summary>
    [Theory]
    [InlineData(32_768)]
    [InlineData(PlanValidation.MaxBatchSize)]
    public void A_batch_with_more_outputs_than_an_array_holds_is_refused(int batch)
    {
        var plan = PlanOf(new DataShape(new SampleShape(1, 1, 1), ClassList.Numbered(ClassList.Most), Recipe.Normalisation), "mlp", 1) with { BatchSize = batch };

        var refusal = Assert.Throws<InvalidInputException>(() => TrainingSetup.Of(plan));

        Assert.Equal([nameof(TrainingPlan.BatchSize)], refusal.Properties);
        Assert.NotNull(TrainingSetup.Of(plan with { BatchSize = batch - 1, Data = plan.Data with { Classes = ClassList.Numbered(32_767) } }));
    }

    /// <summary>The cnn has the shape of MNIST built in.</summary>
    [Fact]
    public void The_cnn_takes_images_of_28_x_28_alone_with_any_classes() => DrawnData.Shape.Sample(shape =>
    {
        var plan = new TrainingPlan { Model = "cnn", Data = shape };
        if (shape.Sample != Recipe.Sample)
        {
            var refusal = Assert.Throws<InvalidInputException>(() => TrainingSetup.Of(plan));
            Assert.Contains($"{shape.Sample}", refusal.Message, StringComparison.Ordinal);
        }

        Assert.Equal(shape.Classes.Count, TrainingSetup.Of(plan with { Data = shape with { Sample = Recipe.Sample } }).Model.Outputs);
    });

    private static TrainingPlan PlanOf(DataShape data, string model, int hidden) => new()
    {
        Model = model,
        Data = data,
        ModelSettings = PlanSettings.Hidden(hidden),
        Workers = 1,
        Samples = Samples,
        BatchSize = Samples,
        Shuffle = false,
    };

    /// <summary>
    /// An element is a sum of up to 64 x 64 x 3 products, whose roundings of 6e-8 add up like a
    /// random walk to some 1e-5 of the largest one.
    /// </summary>
    /// <returns>Whether there was something to compare.</returns>
    private static bool IsPlain(TrainingPlan plan)
    {
        var setup = TrainingSetup.Of(plan);
        var data = DrawnData.Of(plan.Data, Samples);
        var state = setup.NewState();
        using var computation = new GradientComputation(setup, data.Train, state.Parameters, worker: 0);
        var plain = new PlainMlp(name => InOrderOfPyTorch(setup.Model.Layout[name], state.Parameters), plan.Model == "mlp");

        var totals = computation.Compute(0);
        plain.AddAll(data.Train, Samples, plan.Data.Normalisation);

        if (plain.NearestKink < Kink)
        {
            return false;
        }

        Assert.Equal(plain.Loss, totals.LossSum, 1e-5 * plain.Loss);
        foreach (var (name, expected) in plain.Gradients)
        {
            var actual = InOrderOfPyTorch(setup.Model.Layout[name], computation.Gradient);
            var largest = Math.Max(1, expected.Max(Math.Abs));
            Assert.Equal(expected.Length, actual.Length);
            Assert.InRange(expected.Zip(actual, (left, right) => Math.Abs(left - right)).Max() / largest, 0, 2e-5);
        }

        return true;
    }

    /// <summary>
    /// Sums of 12 samples in another order differ by some roundings of the largest summands.
    /// </summary>
    private static void WorkersAddUp(TrainingPlan plan, int workers)
    {
        var setup = TrainingSetup.Of(plan);
        var data = DrawnData.Of(plan.Data, Samples);
        var parameters = setup.NewState().Parameters;
        using var single = new GradientComputation(setup, data.Train, parameters, worker: 0);
        var expected = single.Compute(0);

        var sum = new float[setup.Model.Layout.Length];
        var totals = default(StepTotals);
        for (var worker = 0; worker < workers; worker++)
        {
            using var part = new GradientComputation(setup with { Plan = setup.Plan with { Workers = workers } }, data.Train, parameters, worker);
            totals += part.Compute(0);
            TensorPrimitives.Add(sum, part.Gradient.Span, sum);
        }

        Assert.Equal((expected.Samples, expected.MetricSum, expected.MetricWeight), (totals.Samples, totals.MetricSum, totals.MetricWeight));
        Assert.Equal(expected.LossSum, totals.LossSum, 1e-6 * expected.LossSum);
        var largest = Math.Abs(TensorPrimitives.MaxMagnitude<float>(single.Gradient.Span));
        TensorPrimitives.Subtract(sum, single.Gradient.Span, sum);
        Assert.InRange(Math.Abs(TensorPrimitives.MaxMagnitude<float>(sum)), 0, 3e-6 * Math.Max(1, largest));
    }

    private static void WeightsSurvive(TrainingPlan plan)
    {
        using var folder = new TemporaryFolder();
        var setup = TrainingSetup.Of(plan);
        var state = setup.NewState().Snapshot();
        ModelWeights.Write(folder["file"], setup, state);

        var recognised = ModelWeights.Recognise(folder["file"]);

        Assert.Equal((setup.Plan.Model, setup.Plan.ModelSettings, setup.Plan.Loss), (recognised.Model, recognised.ModelSettings, recognised.Loss));
        Assert.Equal(plan.Data.Classes.Names, recognised.Data.Classes.Names);
        Assert.Equal(plan.Data, recognised.Data);
        Assert.Equal(
            MemoryMarshal.AsBytes(state.Parameters.Span),
            MemoryMarshal.AsBytes(ModelWeights.Read(folder["file"], TrainingSetup.Of(recognised)).Parameters.Span));
    }

    private static byte[] Trained(TrainingPlan plan, DataSet data)
    {
        using var trainer = new PlainTrainer(plan, data);
        trainer.Train();
        return MemoryMarshal.AsBytes(trainer.State.Snapshot().Parameters.Span).ToArray();
    }

    private static float[] InOrderOfPyTorch(Segment segment, FlatVector vector)
    {
        var elements = new float[segment.Length];
        segment.Order.Load(vector.Of(segment), elements);
        return elements;
    }
}

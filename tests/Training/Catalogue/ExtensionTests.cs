using System.Runtime.InteropServices;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Tests.Training.Catalogue.Extensions;
using Mnist.Distributed.Tests.Training.Data;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Losses;
using Mnist.Distributed.Training.Metrics;
using Mnist.Distributed.Training.Objectives;
using Mnist.Distributed.Training.State;
using Mnist.Distributed.Training.Vectors;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Catalogue;

/// <summary>
/// A loss, an optimizer and a model that the project does not know are a class each and a line of
/// registration, and train like those that it brings.
/// </summary>
public sealed class ExtensionTests
{
    private static readonly TrainingCatalogue Extended = new()
    {
        Models = [.. TrainingCatalogue.Standard.Models, LinearNetwork.Definition],
        Losses =
        [
            .. TrainingCatalogue.Standard.Losses,
            LossDefinition.OfClasses("squared", data => new PerSampleObjective<int>(new ClassLabels(data.Classes), new SquaredErrorLoss(), new Accuracy())),
        ],
        Optimizers = [.. TrainingCatalogue.Standard.Optimizers, Adam.Definition],
    };

    private static readonly TrainingPlan Plan = new()
    {
        Model = "linear",
        Loss = "squared",
        Optimizer = "own-adam",
        Samples = 100,
        BatchSize = 20,
        Workers = 1,
        Epochs = 2,
        LearningRate = 0.01f,
        Seed = 3,
    };

    /// <summary>Two images of two pixels: (1, 2) of class 0 and (3, 0) of class 1.</summary>
    private static readonly DataSet TwoImages = Tiny();

    /// <summary>
    /// By hand. Zeros answer zeros: each sample has loss 1/2, and the mean gradient is -(1, 2)/2
    /// for class 0, -(3, 0)/2 for class 1 and -1/2 for both biases. With a rate of 1/2 the second
    /// step meets outputs (1.5, 1) and (1, 2.5), and losses (0.25 + 1)/2 and (1 + 2.25)/2.
    /// </summary>
    [Fact]
    public void A_new_model_and_a_new_loss_have_the_numbers_of_a_calculation_by_hand()
    {
        var plan = Plan with { Optimizer = "sgd", LearningRate = 0.5f, Samples = 2, BatchSize = 2, Shuffle = false };
        using var trainer = new PlainTrainer(plan, TwoImages, catalogue: Extended);

        Assert.Equal(new StepTotals(LossSum: 1, MetricSum: 1, MetricWeight: 2, Samples: 2), trainer.TrainStep());

        var layout = TrainingSetup.Of(plan with { Data = TwoImages.Shape }, Extended).Model.Layout;
        Assert.Equal([0.25f, 0.5f, 0.75f, 0], trainer.State.Parameters.Of(layout["linear.weight"]).ToArray());
        Assert.Equal([0.25f, 0.25f], trainer.State.Parameters.Of(layout["linear.bias"]).ToArray());
        Assert.Equal(new StepTotals(LossSum: 2.25, MetricSum: 2, MetricWeight: 2, Samples: 2), trainer.TrainStep());
    }

    /// <summary>
    /// The reference has the same formulas in double precision and knows no catalogue.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_new_optimizer_leads_where_its_definition_leads(int workers)
    {
        var plan = Plan with { Workers = workers, Shuffle = false };
        using var trainer = new PlainTrainer(plan, Digits.Synthetic, catalogue: Extended);
        var reference = new AdamOnLinearReference(Digits.Synthetic, plan.LearningRate);

        for (var step = 0; step < plan.TotalSteps; step++)
        {
            var totals = trainer.TrainStep();
            var first = (int)(step % plan.StepsPerEpoch) * plan.BatchSize;
            var loss = reference.Step(first, plan.BatchSize);
            Assert.Equal(loss, totals.LossSum, 1e-4 * loss);
        }

        var layout = TrainingSetup.Of(plan, Extended).Model.Layout;
        Assert.Equal(reference.Weight, [.. trainer.State.Parameters.Of(layout["linear.weight"]).ToArray().Select(value => (double)value)], Near);
        Assert.Equal(reference.Bias, [.. trainer.State.Parameters.Of(layout["linear.bias"]).ToArray().Select(value => (double)value)], Near);

        static bool Near(double left, double right) => Math.Abs(left - right) < 1e-4;
    }

    [Fact]
    public void All_slots_of_a_new_optimizer_are_in_the_snapshot_and_in_the_hash()
    {
        using var trainer = new PlainTrainer(Plan, Digits.Synthetic, catalogue: Extended);
        trainer.TrainStep();
        var snapshot = trainer.State.Snapshot();
        var parameters = TrainingSetup.Of(Plan, Extended).Model.Layout.ParameterLength;

        Assert.Equal(2 * parameters, snapshot.Slots.Length);
        Assert.True(snapshot.Slots.Span[..parameters].ContainsAnyExcept(0));
        Assert.True(snapshot.Slots.Span[parameters..].ContainsAnyExcept(0));
        int[] places = [0, parameters - 1, parameters, (2 * parameters) - 1];
        Assert.Equal(
            places.Length + 1,
            places.Select(place => HashOf(Changed(snapshot, place))).Append(HashOf(snapshot)).Distinct().Count());
    }

    /// <summary>
    /// Slots that have changed their places are another state, so they have another hash.
    /// </summary>
    [Fact]
    public void Slots_that_have_changed_their_places_have_another_hash()
    {
        using var trainer = new PlainTrainer(Plan, Digits.Synthetic, catalogue: Extended);
        trainer.TrainStep();
        var snapshot = trainer.State.Snapshot();
        var half = snapshot.Slots.Length / 2;
        float[] swapped = [.. snapshot.Slots.Span[half..], .. snapshot.Slots.Span[..half]];

        Assert.NotEqual(HashOf(snapshot), HashOf(snapshot with { Slots = new ParameterVector(swapped) }));
    }

    [Fact]
    public void Training_goes_on_from_a_snapshot_with_equal_bytes()
    {
        using var first = new PlainTrainer(Plan, Digits.Synthetic, catalogue: Extended);
        first.TrainStep();
        first.TrainStep();
        var halfway = first.State.Snapshot();
        first.Train();

        using var second = new PlainTrainer(Plan, Digits.Synthetic, halfway, Extended);
        second.Train();

        Assert.Equal(Bytes(first.State.Snapshot()), Bytes(second.State.Snapshot()));
    }

    [Fact]
    public void A_state_of_another_optimizer_is_not_taken_over()
    {
        var sgd = TrainingSetup.Of(Plan with { Optimizer = "sgd" }, Extended).NewState();

        var refusal = Assert.Throws<InvalidInputException>(() => sgd.Restore(TrainingSetup.Of(Plan, Extended).NewState().Snapshot()));

        Assert.Contains("stored with own-adam", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// Threads work on parts of a vector that is long enough, in no certain order.
    /// </summary>
    [Fact]
    public void Parts_that_are_updated_in_any_order_have_the_bytes_of_the_whole()
    {
        var plan = Plan with { Model = "mlp" };
        var setup = TrainingSetup.Of(plan, Extended);
        Assert.InRange(VectorSlice.PartsOf(setup.Model.Layout.Length), 2, int.MaxValue);
        ModelState[] states = [setup.NewState(), setup.NewState(Backwards)];
        foreach (var state in states)
        {
            for (var step = 0; step < 3; step++)
            {
                var gradient = new FlatVector(setup.Model.Layout.Length);
                var random = new Random(step);
                foreach (ref var value in gradient.Span)
                {
                    value = random.NextSingle() - 0.5f;
                }

                state.Apply(new StepUpdate(step, gradient.Wire, new StepTotals(1, 1, 1, 7), null));
            }
        }

        Assert.Equal(Bytes(states[0].Snapshot()), Bytes(states[1].Snapshot()));
        Assert.Equal(states[0].Hash(), states[1].Hash());

        static void Backwards(int count, Action<int> part)
        {
            for (var i = count - 1; i >= 0; i--)
            {
                part(i);
            }
        }
    }

    [Fact]
    public void Weights_of_a_new_model_survive_their_file_and_are_recognised()
    {
        using var folder = new TemporaryFolder();
        var plan = Plan with { ModelSettings = Settings.Empty.With(LinearNetwork.Gain, 2.5f) };
        var setup = TrainingSetup.Of(plan, Extended);
        using var trainer = new PlainTrainer(setup, Digits.Synthetic);
        trainer.TrainStep();
        ModelWeights.Write(folder["file"], setup, trainer.State.Snapshot());

        var recognised = ModelWeights.Recognise(folder["file"], catalogue: Extended);

        Assert.Equal(("linear", "squared", "gain 2.5"), (recognised.Model, recognised.Loss, recognised.ModelSettings.ToString()));
        Assert.Equal(
            MemoryMarshal.AsBytes(trainer.State.Snapshot().Parameters.Span),
            MemoryMarshal.AsBytes(ModelWeights.Read(folder["file"], TrainingSetup.Of(recognised, Extended)).Parameters.Span));
    }

    /// <summary>
    /// All parts of a cluster look names up in the catalogue that it was started with.
    /// </summary>
    [Fact]
    public async Task A_cluster_trains_what_only_its_catalogue_knows()
    {
        var data = Digits.Synthetic;
        var plan = Extended.Complete(DataSource.Use(Plan with { Workers = 3 }, data, folder: null));
        using var trainer = new PlainTrainer(plan, data, catalogue: Extended);
        trainer.Train();
        await using var cluster = await InProcessCluster.Start(data, computeThreads: 2, Extended);
        var run = cluster.Grains.GetGrain<ITrainingRunGrain>("extended");

        await run.Start(plan, new RunOptions(), null, null);
        var cursor = default(RunCursor);
        while (!cursor.Ended)
        {
            cursor = (await run.Watch(cursor)).Next;
        }

        Assert.Equal(RunStatus.Completed, (await run.Describe()).Status);
        Assert.Equal(Bytes(trainer.State.Snapshot()), Bytes((await run.GetState())!));
    }

    [Theory]
    [InlineData("linear", "squared", "sgd", "model")]
    [InlineData("mlp", "squared", "sgd", "loss")]
    [InlineData("mlp", "cross-entropy", "own-adam", "optimizer")]
    public void A_name_that_is_not_registered_is_refused_with_those_that_are(string model, string loss, string optimizer, string kind)
    {
        var refusal = Assert.Throws<InvalidInputException>(
            () => TrainingSetup.Of(new TrainingPlan { Model = model, Loss = loss, Optimizer = optimizer }));

        Assert.StartsWith($"There is no {kind} ", refusal.Message, StringComparison.Ordinal);
    }

    private static TrainingState Changed(TrainingState state, int slot)
    {
        var slots = state.Slots.Span.ToArray();
        slots[slot] += 1;
        return state with { Slots = new ParameterVector(slots) };
    }

    private static long HashOf(TrainingState snapshot)
    {
        var state = TrainingSetup.Of(Plan, Extended).NewState();
        state.Restore(snapshot);
        return state.Hash().Value;
    }

    private static byte[] Bytes(TrainingState state) =>
        [.. MemoryMarshal.AsBytes(state.Parameters.Span), .. MemoryMarshal.AsBytes(state.Slots.Span)];

    private static DataSet Tiny()
    {
        var shape = new DataShape(new SampleShape(1, 1, 2), ClassList.Numbered(2), new Normalisation(1, 0, 1));
        var images = new ImageSet(new byte[] { 1, 2, 3, 0 }, new ushort[] { 0, 1 }, shape.Sample);
        return new DataSet("tiny", shape, images, images, "made by hand");
    }
}

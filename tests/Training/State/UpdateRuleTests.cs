using System.Runtime.InteropServices;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Tests.Training.Data;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.State;
using Mnist.Distributed.Training.Vectors;
using Mnist.Distributed.Training.Weights;
using Xunit;

namespace Mnist.Distributed.Tests.Training.State;

/// <summary>
/// A state with moments, clipping, schedule and average behaves as any other: it does not depend on
/// threads, it goes on from a copy, and its hash covers all of it.
/// </summary>
public sealed class UpdateRuleTests
{
    private const double Decay = 0.8;

    private static readonly TrainingPlan Plan = new()
    {
        Samples = 300,
        Epochs = 2,
        Workers = 3,
        Optimizer = "adam",
        LearningRate = 0.01f,
        Schedule = "one-cycle",
        WarmupSteps = 3,
        ClipValue = 0.02f,
        ClipNorm = 0.1f,
        Ema = Decay,
        Seed = 5,
    };

    private static readonly ParameterLayout Layout = TrainingSetup.Of(Plan).Model.Layout;

    [Fact]
    public void The_average_follows_the_weights_from_their_initial_values()
    {
        using var trainer = new PlainTrainer(Plan, Digits.Synthetic);
        double[] expected = [.. trainer.State.Parameters.Span.ToArray().Select(value => (double)value)];

        while (trainer.State.Step < Plan.TotalSteps)
        {
            trainer.TrainStep();
            expected = [.. expected.Zip(trainer.State.Parameters.Span.ToArray(), (average, value) => (Decay * average) + ((1 - Decay) * value))];
        }

        Assert.True(trainer.State.Evaluated.Span.ToArray().Zip(expected, (actual, exact) => Math.Abs(actual - exact)).Max() < 1e-6);
        Assert.False(trainer.State.Evaluated.Span.SequenceEqual(trainer.State.Parameters.Span));
    }

    /// <summary>The share that is kept and the share that is taken add up to 1.</summary>
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.999)]
    [InlineData(0.9999997)]
    public void The_average_of_equal_weights_stays_where_it_is(double decay)
    {
        var layout = new ParameterLayout.Builder().Layer("layer", [2, 2], 2).Build();
        float[] values = [1, -0.7f, 3.1415f, 1e-5f, 123.4f, 0.3333f];
        var average = new MovingAverage(decay, layout);
        average.Begin(values);
        for (var step = 0; step < 100_000; step++)
        {
            average.Follow(0, values.Length, values);
        }

        Assert.All(average.Parameters.ToArray().Zip(values), pair => Assert.Equal(1, pair.First / (double)pair.Second, 1e-6));
    }

    /// <summary>The running statistics of the CNN are copied.</summary>
    [Fact]
    public void The_average_has_the_running_statistics_of_the_weights()
    {
        var plan = Plan with { Model = "cnn", Samples = 60, Epochs = 1, WarmupSteps = 0 };
        using var trainer = new PlainTrainer(plan, Digits.Synthetic);
        trainer.Train();

        var trained = TrainingSetup.Of(plan).Model.Layout.ParameterLength;
        Assert.True(trainer.State.Evaluated.Span[trained..].SequenceEqual(trainer.State.Parameters.Span[trained..]));
        Assert.True(trainer.State.Evaluated.Span[trained..].ContainsAnyExcept(0, 1));
    }

    [Fact]
    public void Without_an_average_the_weights_themselves_are_evaluated()
    {
        var state = TrainingSetup.Of(Plan with { Ema = null }).NewState();

        Assert.Same(state.Parameters, state.Evaluated);
    }

    [Fact]
    public void The_average_is_evaluated()
    {
        using var trainer = new PlainTrainer(Plan, Digits.Synthetic);
        trainer.Train();
        var snapshot = trainer.State.Snapshot();
        var averaged = snapshot with { Parameters = ParameterVector.CopyOf(trainer.State.Evaluated.Span), Slots = ParameterVector.Empty, Average = null, Optimizer = null };
        using var plain = new PlainTrainer(Plan with { Optimizer = "sgd", Ema = null }, Digits.Synthetic, averaged);

        Assert.Equal(plain.Evaluate(), trainer.Evaluate());
    }

    [Fact]
    public void Training_goes_on_from_a_snapshot_with_equal_bytes()
    {
        using var first = new PlainTrainer(Plan, Digits.Synthetic);
        for (var step = 0; step < 7; step++)
        {
            first.TrainStep();
        }

        using var second = new PlainTrainer(Plan, Digits.Synthetic, first.State.Snapshot());
        first.Train();
        second.Train();

        Assert.Equal(Bytes(first.State), Bytes(second.State));
        Assert.Equal(first.State.Hash(), second.State.Hash());
        Assert.True(first.State.Evaluated.Span.SequenceEqual(second.State.Evaluated.Span));
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        Assert.InRange(VectorSlice.PartsOf(Layout.Length), 2, int.MaxValue);
        var setup = TrainingSetup.Of(Plan);
        ModelState[] states = [setup.NewState(), setup.NewState(Backwards), setup.NewState((count, part) => Parallel.For(0, count, part))];
        foreach (var state in states)
        {
            for (var step = 0; step < 5; step++)
            {
                var gradient = new FlatVector(Layout.Length);
                var random = new Random(step);
                foreach (ref var value in gradient.Span[..Layout.ParameterLength])
                {
                    value = random.NextSingle() - 0.5f;
                }

                state.Apply(new StepUpdate(step, gradient.Wire, new StepTotals(1, 1, 1, 7), null));
            }
        }

        Assert.All(states, state => Assert.Equal(Bytes(states[0]), Bytes(state)));
        Assert.All(states, state => Assert.Equal(states[0].Hash(), state.Hash()));

        static void Backwards(int count, Action<int> part)
        {
            for (var i = count - 1; i >= 0; i--)
            {
                part(i);
            }
        }
    }

    [Fact]
    public void Moments_and_average_are_in_the_hash()
    {
        using var trainer = new PlainTrainer(Plan, Digits.Synthetic);
        trainer.TrainStep();
        var snapshot = trainer.State.Snapshot();
        var length = Layout.ParameterLength;
        Assert.Equal((2 * length, length), (snapshot.Slots.Length, snapshot.Average!.Length));

        int[] places = [0, length, 2 * length, (3 * length) - 1];
        Assert.Equal(places.Length + 1, places.Select(place => HashOf(Changed(snapshot, place))).Append(HashOf(snapshot)).Distinct().Count());
    }

    [Theory]
    [InlineData("sgd", null)]
    [InlineData("adam", null)]
    [InlineData("adamw", Decay)]
    [InlineData("rmsprop", Decay)]
    public void A_state_of_another_optimizer_or_without_the_average_is_refused(string optimizer, double? ema)
    {
        var other = TrainingSetup.Of(Plan with { Optimizer = optimizer, Ema = ema }).NewState();

        Assert.Throws<InvalidInputException>(() => other.Restore(TrainingSetup.Of(Plan).NewState().Snapshot()));
    }

    [Fact]
    public void The_file_of_weights_has_the_average_and_says_so()
    {
        using var folder = new TemporaryFolder();
        var setup = TrainingSetup.Of(Plan);
        using var trainer = new PlainTrainer(setup, Digits.Synthetic);
        trainer.Train();
        ModelWeights.Write(folder["file"], setup, trainer.State.Snapshot());

        var read = ModelWeights.Read(folder["file"], setup);

        Assert.Equal("exponential moving average over the steps, decay 0.8", SafetensorsFile.Read(folder["file"]).Metadata["weights"]);
        Assert.True(read.Parameters.Span.SequenceEqual(trainer.State.Evaluated.Span));

        // A run that starts from the file averages from there on, with new moments.
        var length = Layout.ParameterLength;
        Assert.Equal(2 * length, read.Slots.Length);
        Assert.False(read.Slots.Span.ContainsAnyExcept(0));
        Assert.True(read.Average!.Span.SequenceEqual(read.Parameters.Span[..length]));
        using var next = new PlainTrainer(setup, Digits.Synthetic, read);
        Assert.True(next.State.Evaluated.Span.SequenceEqual(next.State.Parameters.Span));
    }

    [Fact]
    public void A_file_without_an_average_says_nothing_of_one()
    {
        using var folder = new TemporaryFolder();
        var setup = TrainingSetup.Of(Plan with { Ema = null });
        ModelWeights.Write(folder["file"], setup, setup.NewState().Snapshot());

        Assert.False(SafetensorsFile.Read(folder["file"]).Metadata.ContainsKey("weights"));
    }

    private static TrainingState Changed(TrainingState state, int place)
    {
        float[] numbers = [.. state.Slots.Span, .. state.Average!.Span];
        numbers[place] += 1;
        return state with { Slots = new ParameterVector(numbers[..state.Slots.Length]), Average = new ParameterVector(numbers[state.Slots.Length..]) };
    }

    private static long HashOf(TrainingState snapshot)
    {
        var state = TrainingSetup.Of(Plan).NewState();
        state.Restore(snapshot);
        return state.Hash().Value;
    }

    private static byte[] Bytes(ModelState state) =>
    [
        .. MemoryMarshal.AsBytes(state.Snapshot().Parameters.Span),
        .. MemoryMarshal.AsBytes(state.Snapshot().Slots.Span),
        .. MemoryMarshal.AsBytes(state.Snapshot().Average!.Span),
    ];
}

using System.Globalization;
using CsCheck;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Optimizers;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Optimizers;

/// <summary>
/// What holds of every optimizer of the catalogue. <see cref="ScalarOptimizer"/> is the oracle.
/// </summary>
public sealed class OptimizerProperties
{
    private const int Steps = 6;
    private const float Scale = 1f / 3;
    private const float Rate = 0.01f;

    private static readonly Gen<double> Share = Gen.OneOf(Gen.Const(0.0), Gen.Double[0.01, 0.99]);

    private static readonly Gen<Case> Cases =
        from optimizer in Gen.Int[0, TrainingCatalogue.Standard.Optimizers.Count - 1].Select(i => TrainingCatalogue.Standard.Optimizers[i])
        from momentum in Share
        from nesterov in Gen.Bool
        from dampening in Share
        from beta1 in Share
        from beta2 in Gen.Double[0.5, 0.9999]
        from alpha in Gen.Double[0.5, 0.9999]
        from decay in Gen.OneOf(Gen.Const(0.0), Gen.Double[0, 0.1])
        from epsilon in Gen.Double[1e-8, 1e-2]
        from length in Gen.Int[1, 100]
        from parameters in Gen.Float[-1, 1].Array[length]
        from gradients in Gen.Float[-1, 1].Array[length].Array[Steps]
        select new Case(
            optimizer,
            new Dictionary<string, double>
            {
                ["momentum"] = momentum,
                ["nesterov"] = nesterov && momentum > 0 ? 1 : 0,
                ["dampening"] = nesterov || momentum == 0 ? 0 : dampening,
                ["beta1"] = beta1,
                ["beta2"] = beta2,
                ["alpha"] = alpha,
                ["weight-decay"] = decay,
                ["epsilon"] = epsilon,
            },
            parameters,
            gradients);

    /// <summary>
    /// A step is at most a few rates long, and each of its roundings changes it by a few millionths.
    /// </summary>
    [Fact]
    public void Parameters_follow_the_definition_of_PyTorch() => Cases.Sample(@case =>
    {
        var (parameters, _) = @case.Apply(..);
        for (var i = 0; i < parameters.Length; i++)
        {
            var reference = new ScalarOptimizer(@case.Optimizer.Name, @case.Settings);
            double expected = @case.Parameters[i];
            foreach (var gradient in @case.Gradients)
            {
                expected = reference.Next(expected, gradient[i] * Scale, Rate);
            }

            Assert.Equal(expected, parameters[i], tolerance: 2e-5);
        }
    });

    [Fact]
    public void Parts_updated_apart_have_the_bits_of_the_whole() => Gen.Select(Cases, Gen.Int[0, 100]).Sample((@case, any) =>
    {
        var middle = any % (@case.Parameters.Length + 1);
        var (whole, slots) = @case.Apply(..);
        var (first, firstSlots) = @case.Apply(..middle);
        var (second, secondSlots) = @case.Apply(middle..);

        Assert.Equal(Bits(whole), Bits([.. first, .. second]));
        for (var slot = 0; slot < slots.Length; slot++)
        {
            Assert.Equal(Bits(slots[slot]), Bits([.. firstSlots[slot], .. secondSlots[slot]]));
        }
    });

    /// <summary>
    /// So the padding of a vector stays zero, and a pixel that is never lit harms nothing.
    /// </summary>
    [Fact]
    public void A_zero_without_a_gradient_stays_zero() => Cases.Sample(@case =>
    {
        var still = @case with { Parameters = new float[@case.Parameters.Length], Gradients = [.. @case.Gradients.Select(gradient => new float[gradient.Length])] };

        Assert.All(still.Apply(..).Parameters, value => Assert.Equal(0, value));
    });

    private static uint[] Bits(float[] values) => [.. values.Select(BitConverter.SingleToUInt32Bits)];

    private sealed record Case(OptimizerDefinition Optimizer, IReadOnlyDictionary<string, double> Settings, float[] Parameters, float[][] Gradients)
    {
        /// <summary>Takes all steps on a part of the vector.</summary>
        public (float[] Parameters, float[][] Slots) Apply(Range part)
        {
            var optimizer = Optimizer.Create(Optimizer.Settings.Aggregate(
                Mnist.Distributed.Contracts.Plans.Settings.Empty, (bag, setting) => bag.With(setting.Name, Text(setting))));
            var parameters = Parameters[part];
            var slots = new float[optimizer.Slots * parameters.Length];
            for (var step = 0; step < Gradients.Length; step++)
            {
                optimizer.Apply(parameters, Gradients[step].AsSpan(part), new OptimizerSlots(slots, parameters.Length), new OptimizerStep(step, Rate, Scale));
            }

            return (parameters, [.. Enumerable.Range(0, optimizer.Slots).Select(slot => slots.AsSpan(slot * parameters.Length, parameters.Length).ToArray())]);
        }

        private string Text(Setting setting)
        {
            var value = Settings[setting.Name];
            return setting.IsFlag ? Setting<bool>.Text(value > 0) : value.ToString("R", CultureInfo.InvariantCulture);
        }
    }
}

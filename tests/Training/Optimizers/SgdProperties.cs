using CsCheck;

using Mnist.Distributed.Training.Optimizers;

using Xunit;

namespace Mnist.Distributed.Tests.Training.Optimizers;

public sealed class SgdProperties
{
    private const int Steps = 4;
    private const float Scale = 1f / 3;

    private static readonly Gen<Case> Cases =
        from length in Gen.Int[1, 100]
        from rate in Gen.Float[0.001f, 1]
        from momentum in Gen.OneOf(Gen.Const(0f), Gen.Float[0, 0.99f])
        from decay in Gen.OneOf(Gen.Const(0f), Gen.Float[0, 0.1f])
        from parameters in Gen.Float[-1, 1].Array[length]
        from gradients in Gen.Float[-1, 1].Array[length].Array[Steps]
        select new Case(rate, momentum, decay, parameters, gradients);

    [Fact]
    public void Parameters_follow_the_definition_of_PyTorch() => Cases.Sample(@case =>
    {
        var parameters = @case.Parameters.ToArray();
        @case.Apply(parameters, ..);

        for (var i = 0; i < parameters.Length; i++)
        {
            Assert.Equal(Reference(@case, i), parameters[i], tolerance: 1e-5);
        }
    });

    [Fact]
    public void Parts_updated_apart_have_the_bits_of_the_whole() => Gen.Select(Cases, Gen.Int[0, 100]).Sample((@case, any) =>
    {
        var whole = @case.Parameters.ToArray();
        @case.Apply(whole, ..);

        var parts = @case.Parameters.ToArray();
        var middle = any % (parts.Length + 1);
        @case.Apply(parts, middle..);
        @case.Apply(parts, ..middle);

        Assert.Equal(whole.Select(BitConverter.SingleToUInt32Bits), parts.Select(BitConverter.SingleToUInt32Bits));
    });

    [Fact]
    public void An_optimizer_keeps_nothing_from_longer_vectors() => Cases.Sample(@case =>
    {
        var sgd = new Sgd(momentum: 0, weightDecay: 0.1f);
        sgd.Apply(new float[1000], [.. Enumerable.Repeat(9f, 1000)], default, new OptimizerStep(0, @case.Rate, 1));
        var parameters = @case.Parameters.ToArray();
        sgd.Apply(parameters, @case.Gradients[0], default, new OptimizerStep(0, @case.Rate, 0.5f));

        var fresh = @case.Parameters.ToArray();
        new Sgd(momentum: 0, weightDecay: 0.1f).Apply(fresh, @case.Gradients[0], default, new OptimizerStep(0, @case.Rate, 0.5f));
        Assert.Equal(fresh, parameters);
    });

    private static double Reference(Case @case, int i)
    {
        double parameter = @case.Parameters[i];
        var velocity = 0.0;
        foreach (var gradient in @case.Gradients)
        {
            var decayed = (gradient[i] * Scale) + ((double)@case.Decay * parameter);
            velocity = (@case.Momentum * velocity) + decayed;
            parameter -= @case.Rate * velocity;
        }

        return parameter;
    }

    private sealed record Case(float Rate, float Momentum, float Decay, float[] Parameters, float[][] Gradients)
    {
        /// <summary>Takes all steps on a part of the vector.</summary>
        public void Apply(float[] parameters, Range part)
        {
            var sgd = new Sgd(Momentum, Decay);
            var length = parameters.AsSpan(part).Length;
            var slots = new float[sgd.Slots * length];
            for (var step = 0; step < Gradients.Length; step++)
            {
                sgd.Apply(parameters.AsSpan(part), Gradients[step].AsSpan(part), new OptimizerSlots(slots, length), new OptimizerStep(step, Rate, Scale));
            }
        }
    }
}

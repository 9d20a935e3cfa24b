using CsCheck;
using Mnist.Distributed.Training.Arithmetic;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Arithmetic;

/// <summary>
/// The oracle is the C library, whose results differ from the true ones in the last bits.
/// </summary>
public sealed class PortableMathProperties
{
    private const double Tolerance = 1e-13;

    [Fact]
    public void Whole_powers_are_those_of_the_C_library() => Gen.Select(Gen.Double[0.5, 1], Gen.Int[0, 400]).Sample((value, exponent) =>
        Near(Math.Pow(value, exponent), PortableMath.Power(value, (long)exponent)));

    [Fact]
    public void Powers_are_those_of_the_C_library() => Gen.Select(Gen.Double[1e-12, 2], Gen.Double[0, 20]).Sample((value, exponent) =>
        Near(Math.Pow(value, exponent), PortableMath.Power(value, exponent)));

    [Fact]
    public void Cosines_are_those_of_the_C_library() => Gen.Double[0, 1].Sample(part =>
        Assert.Equal(Math.Cos(Math.PI * part), PortableMath.CosineOfPi(part), Tolerance));

    [Fact]
    public void Corner_cases_are_exact()
    {
        Assert.Equal((1, 0, -1), (PortableMath.CosineOfPi(0), PortableMath.CosineOfPi(0.5), PortableMath.CosineOfPi(1)));
        Assert.Equal((1, 0, 0), (PortableMath.Power(0, 0.0), PortableMath.Power(0, 0.5), PortableMath.Power(0, 2.0)));
        Assert.Equal((1, 1, 0.25), (PortableMath.Power(1, 1e300), PortableMath.Power(0.3, 0L), PortableMath.Power(0.5, 2.0)));
        Assert.Equal(0, PortableMath.Power(0.5, 1e300));
    }

    private static void Near(double expected, double actual) => Assert.InRange(Math.Abs(actual - expected), 0, Tolerance * Math.Abs(expected));
}

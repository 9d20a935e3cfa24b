namespace Mnist.Distributed.Training.Arithmetic;

/// <summary>
/// Powers and cosines in double precision, made of additions, multiplications and divisions. The
/// functions of <see cref="Math"/> call the C library, whose last bits differ between systems.
/// </summary>
public static class PortableMath
{
    private const double Ln2 = 0.693147180559945309417;

    private const double HalfRoot2 = 0.707106781186547524401;

    /// <summary>A number to a whole power, by repeated squaring.</summary>
    /// <param name="value">The number.</param>
    /// <param name="exponent">The power, 0 or more.</param>
    public static double Power(double value, long exponent)
    {
        var power = 1.0;
        for (var rest = exponent; rest > 0; rest >>= 1)
        {
            if ((rest & 1) == 1)
            {
                power *= value;
            }

            value *= value;
        }

        return power;
    }

    /// <summary>A number to any power, with a relative error below 1e-14.</summary>
    /// <param name="value">The number, 0 or more.</param>
    /// <param name="exponent">The power, 0 or more.</param>
    public static double Power(double value, double exponent)
    {
        var whole = Math.Floor(exponent);
        if (whole >= int.MaxValue)
        {
            return value > 1 ? double.PositiveInfinity : value < 1 ? 0 : 1;
        }

        var rest = exponent - whole;
        return rest == 0 ? Power(value, (long)whole) : value == 0 ? 0 : Power(value, (long)whole) * Exponential(rest * Logarithm(value));
    }

    /// <summary>The cosine of <paramref name="part"/> times pi; exact at 0, 1/2 and 1.</summary>
    /// <param name="part">From 0 to 1.</param>
    public static double CosineOfPi(double part) =>
        part > 0.5 ? -CosineOfPi(1 - part)
        : part > 0.25 ? Sine(Math.PI * (0.5 - part))
        : Cosine(Math.PI * part);

    /// <summary>The natural logarithm of a finite number above 0.</summary>
    private static double Logarithm(double value)
    {
        var exponent = Math.ILogB(value) + 1;
        var part = Math.ScaleB(value, -exponent);
        if (part < HalfRoot2)
        {
            part *= 2;
            exponent--;
        }

        // ln x = 2 (s + s^3 / 3 + s^5 / 5 + ...) for s = (x - 1) / (x + 1), here at most 0.172.
        var s = (part - 1) / (part + 1);
        var square = s * s;
        var sum = 0.0;
        for (var term = 25; term >= 1; term -= 2)
        {
            sum = (sum * square) + (1.0 / term);
        }

        return (exponent * Ln2) + (2 * s * sum);
    }

    private static double Exponential(double value)
    {
        // Beyond these bounds a double is 0 or infinite.
        value = Math.Clamp(value, -800, 800);
        var exponent = (int)Math.Round(value / Ln2);
        var rest = value - (exponent * Ln2);
        var sum = 1.0;
        for (var term = 17; term >= 1; term--)
        {
            sum = 1 + (sum * rest / term);
        }

        return Math.ScaleB(sum, exponent);
    }

    /// <summary>The cosine of an angle from 0 to pi / 4.</summary>
    private static double Cosine(double angle)
    {
        var square = angle * angle;
        var sum = 1.0;
        for (var term = 18; term >= 2; term -= 2)
        {
            sum = 1 - (sum * square / (term * (term - 1)));
        }

        return sum;
    }

    /// <summary>The sine of an angle from 0 to pi / 4.</summary>
    private static double Sine(double angle)
    {
        var square = angle * angle;
        var sum = 1.0;
        for (var term = 19; term >= 3; term -= 2)
        {
            sum = 1 - (sum * square / (term * (term - 1)));
        }

        return angle * sum;
    }
}

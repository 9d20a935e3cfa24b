using Mnist.Distributed.Training.Arithmetic;

namespace Mnist.Distributed.Training.Schedules;

/// <summary>The curve of a cosine between 0 and pi, from one value to another.</summary>
internal static class HalfCosine
{
    /// <summary>A value on the curve.</summary>
    /// <param name="from">The value at 0.</param>
    /// <param name="to">The value at 1.</param>
    /// <param name="part">The place between both, from 0 to 1.</param>
    public static double Between(double from, double to, double part) => to + ((from - to) * (1 + PortableMath.CosineOfPi(part)) / 2);
}

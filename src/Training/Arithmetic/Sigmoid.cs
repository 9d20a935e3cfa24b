namespace Mnist.Distributed.Training.Arithmetic;

/// <summary>The logistic function.</summary>
internal static class Sigmoid
{
    /// <summary>1 / (1 + exp(-x)), computed so that nothing overflows.</summary>
    public static double Of(double x)
    {
        var small = Math.Exp(-Math.Abs(x));
        return (x >= 0 ? 1 : small) / (1 + small);
    }
}

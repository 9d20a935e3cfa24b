using CsCheck;

namespace Mnist.Distributed.Tests.Training.Summation;

/// <summary>
/// Gradients of workers: random numbers of mixed magnitudes, whose sum depends on the order of
/// additions.
/// </summary>
internal static class Leaves
{
    public static readonly Gen<float> Float =
        from mantissa in Gen.Float[-1, 1]
        from exponent in Gen.Int[-20, 20]
        select MathF.ScaleB(mantissa, exponent);

    /// <summary>
    /// The ends of contiguous blocks that a range of workers is cut into, in order; blocks may be
    /// empty.
    /// </summary>
    public static Gen<int[]> Cuts(int workers) => Gen.Int[0, workers].Array[0, 6].Select(cuts => (int[])[.. cuts.Append(workers).Order()]);
}

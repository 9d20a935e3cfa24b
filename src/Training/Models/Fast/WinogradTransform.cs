using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Mnist.Distributed.Training.Models.Fast;

/// <summary>
/// The linear maps of Winograd's minimal filtering F(2, 3) in one dimension, and their transposes.
/// For four inputs and a filter of three taps, <c>Outputs(Inputs(x) * Filter(taps))</c> are the two
/// outputs <c>x[i] taps[0] + x[i+1] taps[1] + x[i+2] taps[2]</c>. In two dimensions each map is
/// applied to the columns, and then to the rows.
/// </summary>
internal static class WinogradTransform
{
    private static Vector512<float> Half => Vector512.Create(0.5f);

    /// <summary>Turns inputs into points.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad Inputs(Quad x) => (x.Item1 - x.Item3, x.Item2 + x.Item3, x.Item3 - x.Item2, x.Item2 - x.Item4);

    /// <summary>Turns derivatives by the points into derivatives by the inputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad InputsTransposed(Quad p) => (p.Item1, p.Item2 - p.Item3 + p.Item4, p.Item2 + p.Item3 - p.Item1, -p.Item4);

    /// <summary>Turns points into outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair Outputs(Quad p) => (p.Item1 + p.Item2 + p.Item3, p.Item2 - p.Item3 - p.Item4);

    /// <summary>Turns derivatives by the outputs into derivatives by the points.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad OutputsTransposed(Pair y) => (y.Item1, y.Item1 + y.Item2, y.Item1 - y.Item2, -y.Item2);

    /// <summary>Turns taps into points.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad Filter(Triple taps)
    {
        var outer = taps.Item1 + taps.Item3;
        return (taps.Item1, Half * (outer + taps.Item2), Half * (outer - taps.Item2), taps.Item3);
    }

    /// <summary>Turns derivatives by the points into derivatives by the taps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Triple FilterTransposed(Quad p)
    {
        var sum = Half * (p.Item2 + p.Item3);
        return (p.Item1 + sum, Half * (p.Item2 - p.Item3), sum + p.Item4);
    }
}

using System.Numerics;
using System.Runtime.InteropServices;

namespace Mnist.Distributed.Training.Optimizers;

/// <summary>
/// Runs a formula over a slice, as many elements at once as a vector register holds. All numbers
/// pass through the registers once.
/// </summary>
internal static class ElementLoop
{
    /// <summary>Updates a slice of the parameters and its slots in place.</summary>
    /// <param name="rule">The formula, with the numbers of the step.</param>
    /// <param name="parameters">The slice.</param>
    /// <param name="gradient">The gradient of the slice; same length.</param>
    /// <param name="slots">The slots of the slice.</param>
    public static void Run<TRule>(TRule rule, Span<float> parameters, ReadOnlySpan<float> gradient, OptimizerSlots slots)
        where TRule : struct, IElementRule
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(gradient.Length, parameters.Length);
        var first = TRule.Slots > 0 ? slots[0] : [];
        var second = TRule.Slots > 1 ? slots[1] : [];
        var width = Vector<float>.Count;
        var whole = parameters.Length - (parameters.Length % width);
        Whole(rule, parameters[..whole], gradient, first, second);
        if (whole == parameters.Length)
        {
            return;
        }

        // The rest goes through the same formula, in a vector that zeros fill up.
        Span<float> rest = stackalloc float[4 * width];
        rest.Clear();
        var p = rest[..width];
        var g = rest.Slice(width, width);
        var f = rest.Slice(2 * width, width);
        var s = rest.Slice(3 * width, width);
        parameters[whole..].CopyTo(p);
        gradient[whole..].CopyTo(g);
        first[Math.Min(whole, first.Length)..].CopyTo(f);
        second[Math.Min(whole, second.Length)..].CopyTo(s);
        Whole(rule, p, g, f, s);
        var length = parameters.Length - whole;
        p[..length].CopyTo(parameters[whole..]);
        if (TRule.Slots > 0)
        {
            f[..length].CopyTo(first[whole..]);
        }

        if (TRule.Slots > 1)
        {
            s[..length].CopyTo(second[whole..]);
        }
    }

    private static void Whole<TRule>(TRule rule, Span<float> parameters, ReadOnlySpan<float> gradient, Span<float> first, Span<float> second)
        where TRule : struct, IElementRule
    {
        ref var parameter = ref MemoryMarshal.GetReference(parameters);
        ref var slope = ref MemoryMarshal.GetReference(gradient);
        ref var one = ref MemoryMarshal.GetReference(first);
        ref var two = ref MemoryMarshal.GetReference(second);
        for (nuint i = 0; i < (nuint)parameters.Length; i += (nuint)Vector<float>.Count)
        {
            var f = TRule.Slots > 0 ? Vector.LoadUnsafe(ref one, i) : default;
            var s = TRule.Slots > 1 ? Vector.LoadUnsafe(ref two, i) : default;
            var next = rule.Next(Vector.LoadUnsafe(ref parameter, i), Vector.LoadUnsafe(ref slope, i), ref f, ref s);
            next.StoreUnsafe(ref parameter, i);
            if (TRule.Slots > 0)
            {
                f.StoreUnsafe(ref one, i);
            }

            if (TRule.Slots > 1)
            {
                s.StoreUnsafe(ref two, i);
            }
        }
    }
}

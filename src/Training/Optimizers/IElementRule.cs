using System.Numerics;

namespace Mnist.Distributed.Training.Optimizers;

/// <summary>
/// The formula of an optimizer for a few elements at once. <see cref="ElementLoop"/> runs it over a
/// slice. Additions, multiplications, divisions and roots are exact to the last bit everywhere, so
/// the width of a vector changes no result.
/// </summary>
internal interface IElementRule
{
    /// <summary>Number of slots that the formula uses: 0, 1 or 2.</summary>
    static abstract int Slots { get; }

    /// <summary>The new parameters.</summary>
    /// <param name="parameter">The parameters.</param>
    /// <param name="gradient">Their gradient, not yet scaled.</param>
    /// <param name="first">Their first slot; changed in place.</param>
    /// <param name="second">Their second slot; changed in place.</param>
    Vector<float> Next(Vector<float> parameter, Vector<float> gradient, ref Vector<float> first, ref Vector<float> second);
}

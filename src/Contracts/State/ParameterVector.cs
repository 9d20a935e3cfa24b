namespace Mnist.Distributed.Contracts.State;

/// <summary>
/// A flat vector of 32-bit floats as it travels between grains: parameters, gradients or optimizer state.
/// Whoever holds one may read it and nobody may write it, so within a silo it is passed by reference;
/// between silos <see cref="ParameterVectorCodec"/> moves its bytes in bulk.
/// </summary>
[Immutable]
public sealed class ParameterVector(ReadOnlyMemory<float> values)
{
    /// <summary>The vector without elements.</summary>
    public static ParameterVector Empty { get; } = new(ReadOnlyMemory<float>.Empty);

    /// <summary>The elements.</summary>
    public ReadOnlySpan<float> Span => values.Span;

    /// <summary>Number of elements.</summary>
    public int Length => values.Length;

    /// <summary>A vector over a copy of <paramref name="values"/>.</summary>
    public static ParameterVector CopyOf(ReadOnlySpan<float> values) => new(values.ToArray());
}

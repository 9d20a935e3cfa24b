using Mnist.Distributed.Contracts.Memory;

namespace Mnist.Distributed.Contracts.State;

/// <summary>
/// A flat vector of 32-bit floats as it travels between grains: parameters, gradients or optimizer state.
/// Whoever holds one may read it and nobody may write it, so within a silo it is passed by reference; to a silo that can map this one's memory
/// <see cref="SharedReference"/> passes its place; between other silos <see cref="ParameterVectorCodec"/> moves its bytes in bulk.
/// </summary>
[Immutable]
public sealed class ParameterVector
{
    private readonly ReadOnlyMemory<float> _values;

    /// <summary>A vector over some memory.</summary>
    public ParameterVector(ReadOnlyMemory<float> values)
    {
        _values = values;
        SharedReference = this;
    }

    /// <summary>A vector over shared memory.</summary>
    public ParameterVector(SharedSegment segment)
    {
        _values = segment.Floats;
        SharedReference = new ParameterVector(_values, segment.Place);
    }

    private ParameterVector(ReadOnlyMemory<float> values, SharedPlace place)
    {
        _values = values;
        Place = place;
        SharedReference = this;
    }

    /// <summary>The vector without elements.</summary>
    public static ParameterVector Empty { get; } = new(ReadOnlyMemory<float>.Empty);

    /// <summary>The same vector for a silo that can map this one's memory; the vector itself where its memory is not shared.</summary>
    public ParameterVector SharedReference { get; }

    /// <summary>The place that is sent instead of the elements; null where the elements are.</summary>
    public SharedPlace? Place { get; }

    /// <summary>The elements.</summary>
    public ReadOnlySpan<float> Span => _values.Span;

    /// <summary>Number of elements.</summary>
    public int Length => _values.Length;

    /// <summary>A vector over a copy of <paramref name="values"/>.</summary>
    public static ParameterVector CopyOf(ReadOnlySpan<float> values) => new(values.ToArray());

    /// <summary>Some of the elements, without a copy. They are sent as bytes even where the whole vector's place would do.</summary>
    public ParameterVector Slice(Range elements) => new(_values[elements]);

    /// <summary>The vector at a place.</summary>
    /// <exception cref="IOException">There is no such place.</exception>
    public static ParameterVector At(SharedPlace place) => new(OpenSegments.At(place).Floats, place);
}

using System.Runtime.InteropServices;
using Mnist.Distributed.Contracts.Memory;

namespace Mnist.Distributed.Contracts.State;

/// <summary>
/// A flat vector of 32-bit floats that travels between grains: parameters, gradients or optimizer
/// state. Nobody may write to it, so within a silo it is passed by reference. To a silo that can
/// map the memory of this one, the vector travels as its <see cref="SharedReference"/>. Between
/// other silos, <see cref="ParameterVectorCodec"/> copies its bytes in one block.
/// </summary>
[Immutable]
public sealed class ParameterVector
{
    private readonly ReadOnlyMemory<float> _values;

    /// <summary>A vector over ordinary memory.</summary>
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

    /// <summary>
    /// The shared-memory reference: the same vector in the form for a silo that can map the memory
    /// of this one. It is the vector itself when its memory is not shared.
    /// </summary>
    public ParameterVector SharedReference { get; }

    /// <summary>
    /// The place that is sent instead of the elements; null when the elements are sent.
    /// </summary>
    public SharedPlace? Place { get; }

    /// <summary>The elements.</summary>
    public ReadOnlySpan<float> Span => _values.Span;

    /// <summary>Number of elements.</summary>
    public int Length => _values.Length;

    /// <summary>Whether both vectors have the same length and the same bytes.</summary>
    public bool HasBytesOf(ParameterVector other) => MemoryMarshal.AsBytes(Span).SequenceEqual(MemoryMarshal.AsBytes(other.Span));

    /// <summary>A vector over a copy of <paramref name="values"/>.</summary>
    public static ParameterVector CopyOf(ReadOnlySpan<float> values) => new(values.ToArray());

    /// <summary>
    /// A range of the elements, without a copy. The elements of a slice are always sent as bytes,
    /// even when the whole vector has a shared-memory reference.
    /// </summary>
    public ParameterVector Slice(Range elements) => new(_values[elements]);

    /// <summary>The vector in the memory of another process.</summary>
    /// <exception cref="IOException">
    /// There is no such segment, or the system does not let this process map it.
    /// </exception>
    public static ParameterVector At(SharedPlace place) => new(OpenSegments.At(place).Floats, place);
}

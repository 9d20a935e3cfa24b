using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mnist.Distributed.Contracts.Memory;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Native;
using static TorchSharp.torch;

namespace Mnist.Distributed.Training.Vectors;

/// <summary>
/// Floats in one block that starts on a 64-byte boundary. Loops use it as a span, and libtorch as
/// the memory behind tensors. A vector that other processes may read has no tensors.
/// </summary>
public sealed class FlatVector
{
    private const int AlignmentBytes = 64;
    private readonly float[] _block = [];
    private readonly int _start;
    private readonly Memory<float> _values;

    /// <summary>Makes a vector of zeros.</summary>
    /// <param name="length">Number of floats.</param>
    /// <param name="shared">
    /// Whether the vector is sent to other processes, which may then read it in place. Such a
    /// vector has no tensors, unless the system has no shared memory to give.
    /// </param>
    public unsafe FlatVector(int length, bool shared = false)
    {
        Length = length;
        if (shared && SharedSegment.TryCreate(length) is { } segment)
        {
            (_values, Wire) = (segment.Floats, new ParameterVector(segment));
            return;
        }

        _block = GC.AllocateArray<float>(length + (AlignmentBytes / sizeof(float)), pinned: true);
        var address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_block));
        _start = (int)((AlignmentBytes - (address % AlignmentBytes)) % AlignmentBytes) / sizeof(float);
        _values = _block.AsMemory(_start, length);
        Wire = new ParameterVector(_values);
    }

    /// <summary>Number of floats.</summary>
    public int Length { get; }

    /// <summary>The floats.</summary>
    public Span<float> Span => _values.Span;

    /// <summary>
    /// The same memory as a vector that can be sent. The receiver may see later writes, so it must
    /// be sent only while nobody writes.
    /// </summary>
    public ParameterVector Wire { get; }

    /// <summary>The floats of one segment, in storage order.</summary>
    public Span<float> Of(Segment segment) => Span.Slice(segment.Offset, segment.Length);

    /// <summary>
    /// A tensor of the segment's shape over the same memory. Its elements are in storage order.
    /// </summary>
    /// <exception cref="InvalidOperationException">The vector is in shared memory.</exception>
    public Tensor View(Segment segment) => View(segment.Offset, Array.ConvertAll(segment.Shape, size => (long)size));

    /// <summary>A tensor over the same memory.</summary>
    /// <param name="offset">First float of the tensor.</param>
    /// <param name="shape">Dimensions of the tensor.</param>
    /// <exception cref="InvalidOperationException">The vector is in shared memory.</exception>
    public Tensor View(int offset, long[] shape)
    {
        if (_block.Length == 0)
        {
            throw new InvalidOperationException("A vector in shared memory has no tensors.");
        }

        LibTorch.EnsureLoaded();
        var count = shape.Aggregate(1L, (product, size) => product * size);
        using var block = frombuffer(_block, ScalarType.Float32);
        using var flat = block.narrow(0, _start + offset, count);
        using var view = flat.view(shape);
        return view.detach();
    }

    /// <summary>
    /// The floats of a contiguous tensor, without a copy; valid as long as the tensor.
    /// </summary>
    public static ReadOnlySpan<float> Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.Native;
using static TorchSharp.torch;

namespace Mnist.Distributed.Training.State;

/// <summary>
/// Floats in one pinned block that starts on a 64-byte boundary: a span for loops, and the memory behind tensors.
/// </summary>
public sealed class FlatVector
{
    private const int AlignmentBytes = 64;
    private readonly float[] _block;
    private readonly int _start;

    /// <summary>A vector of zeros.</summary>
    public unsafe FlatVector(int length)
    {
        Length = length;
        _block = GC.AllocateArray<float>(length + (AlignmentBytes / sizeof(float)), pinned: true);
        var address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_block));
        _start = (int)((AlignmentBytes - (address % AlignmentBytes)) % AlignmentBytes) / sizeof(float);
        Wire = new ParameterVector(_block.AsMemory(_start, length));
    }

    /// <summary>Number of floats.</summary>
    public int Length { get; }

    /// <summary>The floats.</summary>
    public Span<float> Span => _block.AsSpan(_start, Length);

    /// <summary>The same memory as a vector that can be sent. Its receiver sees later writes, so it is only sent while nobody writes.</summary>
    public ParameterVector Wire { get; }

    /// <summary>The floats of one segment.</summary>
    public Span<float> Of(Segment segment) => Span.Slice(segment.Offset, segment.Length);

    /// <summary>A tensor of a segment's shape over the same memory, with the elements in storage order.</summary>
    public Tensor View(Segment segment) => View(segment.Offset, Array.ConvertAll(segment.Shape, size => (long)size));

    /// <summary>A tensor over the same memory, from <paramref name="offset"/> on.</summary>
    public Tensor View(int offset, long[] shape)
    {
        LibTorch.EnsureLoaded();
        var count = shape.Aggregate(1L, (product, size) => product * size);
        using var block = frombuffer(_block, ScalarType.Float32);
        using var flat = block.narrow(0, _start + offset, count);
        using var view = flat.view(shape);
        return view.detach();
    }

    /// <summary>The floats of a contiguous tensor, without a copy.</summary>
    public static ReadOnlySpan<float> Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);
}

using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mnist.Distributed.Contracts.Memory;
using Orleans.Serialization;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;

namespace Mnist.Distributed.Contracts.State;

/// <summary>
/// Writes and reads the wire form of a <see cref="ParameterVector"/>: the byte count as a
/// variable-length integer, then the little-endian bytes of the floats in one block. The array
/// codec of Orleans would write element by element. For a silo that can map the memory of this one,
/// the wire form is the <see cref="SharedPlace"/> of the vector instead. Its byte count is not a
/// multiple of 4, so no vector of floats has it.
/// </summary>
[RegisterSerializer]
public sealed class ParameterVectorCodec : IFieldCodec<ParameterVector>
{
    /// <summary>The longest vector in bytes that is accepted from the wire.</summary>
    public const uint MaxBytes = StateLimits.MostStateBytes;

    private static readonly uint PlaceBytes = (uint)Unsafe.SizeOf<SharedPlace>() + 1;

    /// <inheritdoc />
    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, ParameterVector? value)
        where TBufferWriter : IBufferWriter<byte>
    {
        if (value is null)
        {
            ReferenceCodec.WriteNullReference(ref writer, fieldIdDelta);
            return;
        }

        if (ReferenceCodec.TryWriteReferenceField(ref writer, fieldIdDelta, expectedType!, value))
        {
            return;
        }

        writer.WriteFieldHeader(fieldIdDelta, expectedType!, typeof(ParameterVector), WireType.LengthPrefixed);
        if (value.Place is { } place)
        {
            writer.WriteVarUInt32(PlaceBytes);
            writer.WriteByte(0);
            writer.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<SharedPlace>(in place)));
            return;
        }

        var bytes = MemoryMarshal.AsBytes(value.Span);
        writer.WriteVarUInt32((uint)bytes.Length);
        writer.Write(bytes);
    }

    /// <inheritdoc />
    public ParameterVector? ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        if (field.WireType == WireType.Reference)
        {
            return ReferenceCodec.ReadReference<ParameterVector, TInput>(ref reader, field);
        }

        field.EnsureWireType(WireType.LengthPrefixed);
        var length = reader.ReadVarUInt32();
        if (length == PlaceBytes && length <= reader.Remaining)
        {
            return ReadPlace(ref reader);
        }

        if (length > MaxBytes || length > reader.Remaining || length % sizeof(float) != 0)
        {
            throw new SerializerException($"A parameter vector cannot have {length} bytes where {reader.Remaining} are left.");
        }

        var values = GC.AllocateUninitializedArray<float>((int)(length / sizeof(float)));
        reader.ReadBytes(MemoryMarshal.AsBytes(values.AsSpan()));
        var vector = new ParameterVector(values);
        ReferenceCodec.RecordObject(reader.Session, vector);
        return vector;
    }

    private static ParameterVector ReadPlace<TInput>(ref Reader<TInput> reader)
    {
        reader.ReadByte();
        var place = default(SharedPlace);
        reader.ReadBytes(MemoryMarshal.AsBytes(new Span<SharedPlace>(ref place)));
        try
        {
            var vector = ParameterVector.At(place);
            ReferenceCodec.RecordObject(reader.Session, vector);
            return vector;
        }
        catch (IOException failure)
        {
            throw new SerializerException(failure.Message, failure);
        }
    }
}

/// <summary>
/// Returns the same object, because a <see cref="ParameterVector"/> never changes.
/// </summary>
[RegisterCopier]
public sealed class ParameterVectorCopier : IDeepCopier<ParameterVector>
{
    /// <inheritdoc />
    public ParameterVector? DeepCopy(ParameterVector? input, CopyContext context) => input;
}

using System.Text;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.WireProtocol;

namespace Mnist.Distributed.Hosting.Transport.Guard;

/// <summary>
/// Walks over values in the format of Orleans without making objects of them. Orleans' serializer
/// has no limit for how deep values are nested, so the stack of a process would overflow.
/// </summary>
internal static class WireScan
{
    /// <summary>How deep values may be nested.</summary>
    public const int MostDepth = 64;

    /// <summary>The longest name of a type. Such names are nested too.</summary>
    public const int MostTypeNameBytes = 1024;

    /// <summary>Walks over one field with its value.</summary>
    /// <param name="reader">Reads from the start of the field; stands behind it afterwards.</param>
    /// <param name="length">The number of bytes that the reader has.</param>
    /// <returns>The name of the value's type; null if the field has none.</returns>
    /// <exception cref="RefusedFrameException">The bytes break a limit.</exception>
    public static string? Field(ref Reader<ReadOnlySequenceInput> reader, long length)
    {
        var (wire, type) = Header(ref reader, length);
        var depth = 0;
        Value(ref reader, wire, length, ref depth);
        while (depth > 0)
        {
            Value(ref reader, Header(ref reader, length).Wire, length, ref depth);
        }

        return type;
    }

    /// <summary>Reads a number of bytes.</summary>
    /// <exception cref="RefusedFrameException">There are not so many.</exception>
    public static byte[] Bytes(ref Reader<ReadOnlySequenceInput> reader, uint count, long length)
    {
        Require(reader.Position + count <= length);
        return reader.ReadBytes(count);
    }

    /// <summary>Refuses bytes that are no message.</summary>
    public static void Require(bool condition)
    {
        if (!condition)
        {
            throw new RefusedFrameException("its message is none of this version");
        }
    }

    private static void Value(ref Reader<ReadOnlySequenceInput> reader, byte wire, long length, ref int depth)
    {
        switch ((WireType)(wire & 0b1110_0000))
        {
            case WireType.VarInt or WireType.Reference:
                reader.ReadVarUInt64();
                break;
            case WireType.Fixed32:
                Skip(ref reader, sizeof(int), length);
                break;
            case WireType.Fixed64:
                Skip(ref reader, sizeof(long), length);
                break;
            case WireType.LengthPrefixed:
                Skip(ref reader, reader.ReadVarUInt32(), length);
                break;
            case WireType.TagDelimited:
                depth++;
                if (depth > MostDepth)
                {
                    throw new RefusedFrameException($"its message has values nested more than {MostDepth} deep");
                }

                break;
            case WireType.Extended when (ExtendedWireType)(wire & 0b0001_1000) == ExtendedWireType.EndTagDelimited:
                depth--;
                break;
            case WireType.Extended when (ExtendedWireType)(wire & 0b0001_1000) == ExtendedWireType.EndBaseFields:
                break;
            default:
                Require(false);
                break;
        }
    }

    private static (byte Wire, string? Type) Header(ref Reader<ReadOnlySequenceInput> reader, long length)
    {
        Require(reader.Position < length);
        var tag = reader.ReadByte();
        if (tag >= (byte)WireType.Extended)
        {
            return (tag, null);
        }

        const byte FieldIdMask = 0b0000_0111;
        if ((tag & FieldIdMask) == FieldIdMask)
        {
            reader.ReadVarUInt32();
        }

        switch ((SchemaType)(tag & 0b0001_1000))
        {
            case SchemaType.WellKnown or SchemaType.Referenced:
                reader.ReadVarUInt32();
                return (tag, null);
            case SchemaType.Encoded:
                Skip(ref reader, sizeof(byte) + sizeof(int), length);
                var name = reader.ReadVarUInt32();
                return name <= MostTypeNameBytes
                    ? (tag, Encoding.UTF8.GetString(Bytes(ref reader, name, length)))
                    : throw new RefusedFrameException($"its message names a type in {name:N0} bytes, but {MostTypeNameBytes:N0} are allowed");
            default:
                return (tag, null);
        }
    }

    private static void Skip(ref Reader<ReadOnlySequenceInput> reader, uint count, long length)
    {
        Require(reader.Position + count <= length);
        reader.Skip(count);
    }
}

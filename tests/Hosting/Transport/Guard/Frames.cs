using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Orleans.Serialization.Buffers;

namespace Mnist.Distributed.Tests.Hosting.Transport.Guard;

/// <summary>Messages of a client, as Orleans writes them, part by part.</summary>
internal static class Frames
{
    public const uint Request = 1, Response = 2, OneWay = 3;

    private const byte Encoded = 0b10 << 3, TagDelimited = 0b001 << 5, VarInt = 0, EndObject = 0b111 << 5, WellKnown = 0b01 << 3;

    public static string Stop { get; } = """("inv",[GrainRef],[mnist.ITrainingRunGrain],"Stop")""";

    public static string Of(string type, string method) => $"""("inv",[GrainRef],[{type}],"{method}")""";

    public static byte[] Header(uint direction = Request, string sender = "sys.client", string key = "kim", uint flags = 0, byte[]? context = null)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = Writer.Create(bytes, null!);
        writer.WriteUInt32(direction << 16 | flags | (context is null ? 0u : 1 << 4));
        writer.WriteInt64(42);
        foreach (var id in (string[])[sender, key, "run", "a"])
        {
            writer.WriteVarUInt32((uint)id.Length);
            writer.WriteInt32(7);
            writer.Write(Encoding.UTF8.GetBytes(id));
        }

        writer.WriteVarUInt32(0);
        writer.WriteVarUInt32(0);
        if (context is not null)
        {
            writer.WriteVarUInt32(1);
            writer.WriteVarUInt32(2);
            writer.Write("k"u8);
            writer.Write(context);
        }

        writer.Commit();
        return bytes.WrittenSpan.ToArray();
    }

    public static byte[] Body(string type, byte[]? fields = null)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = Writer.Create(bytes, null!);
        writer.WriteByte(TagDelimited | Encoded);
        writer.WriteByte(1);
        writer.WriteInt32(7);
        writer.WriteVarUInt32((uint)Encoding.UTF8.GetByteCount(type));
        writer.Write(Encoding.UTF8.GetBytes(type));
        writer.Write(fields ?? []);
        writer.WriteByte(EndObject);
        writer.Commit();
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Objects in objects, as many as <paramref name="depth"/>.</summary>
    public static byte[] Nested(int depth) => [.. Enumerable.Repeat((byte[])[TagDelimited | WellKnown, 0b11], depth).SelectMany(bytes => bytes), .. Enumerable.Repeat(EndObject, depth)];

    /// <summary>A number, as a field.</summary>
    public static byte[] Number() => [VarInt, 0b11];

    public static byte[] Frame(byte[] header, byte[] body)
    {
        var lengths = new byte[2 * sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(lengths, header.Length);
        BinaryPrimitives.WriteInt32LittleEndian(lengths.AsSpan(sizeof(int)), body.Length);
        return [.. lengths, .. header, .. body];
    }

    public static byte[] Preamble(int length = 3) => [.. BitConverter.GetBytes(length), .. new byte[length]];
}

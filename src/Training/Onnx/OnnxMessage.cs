using Google.Protobuf;

namespace Mnist.Distributed.Training.Onnx;

/// <summary>
/// Writes a message of the protobuf format field by field. The field numbers are those of
/// onnx.proto, version 1.
/// </summary>
internal sealed class OnnxMessage
{
    private readonly MemoryStream _stream = new();
    private readonly CodedOutputStream _output;

    /// <summary>A message without fields.</summary>
    public OnnxMessage() => _output = new CodedOutputStream(_stream);

    /// <summary>Adds a whole number.</summary>
    public OnnxMessage Add(int field, long value)
    {
        _output.WriteTag(field, WireFormat.WireType.Varint);
        _output.WriteInt64(value);
        return this;
    }

    /// <summary>Adds whole numbers.</summary>
    public OnnxMessage Add(int field, IEnumerable<long> values)
    {
        foreach (var value in values)
        {
            Add(field, value);
        }

        return this;
    }

    /// <summary>Adds a text.</summary>
    public OnnxMessage Add(int field, string text)
    {
        _output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        _output.WriteString(text);
        return this;
    }

    /// <summary>Adds bytes.</summary>
    public OnnxMessage Add(int field, byte[] bytes)
    {
        _output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        _output.WriteBytes(UnsafeByteOperations.UnsafeWrap(bytes));
        return this;
    }

    /// <summary>Adds a message.</summary>
    public OnnxMessage Add(int field, OnnxMessage message) => Add(field, message.ToBytes());

    /// <summary>Adds messages.</summary>
    public OnnxMessage Add(int field, IEnumerable<OnnxMessage> messages)
    {
        foreach (var message in messages)
        {
            Add(field, message);
        }

        return this;
    }

    /// <summary>The message so far.</summary>
    public byte[] ToBytes()
    {
        _output.Flush();
        return _stream.ToArray();
    }
}

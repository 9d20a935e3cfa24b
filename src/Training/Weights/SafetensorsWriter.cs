using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mnist.Distributed.Training.Weights;

/// <summary>Writes tensors in the safetensors format.</summary>
public static class SafetensorsWriter
{
    private const int Alignment = 8;

    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Writes header and data in the given order, and the metadata in the order of their names.
    /// Equal input gives equal bytes.
    /// </summary>
    /// <param name="stream">Receives the bytes.</param>
    /// <param name="tensors">Tensors with distinct names.</param>
    /// <param name="metadata">A map of strings for the header, or null.</param>
    /// <exception cref="ArgumentException">
    /// Two tensors have the same name, or the data of a tensor do not fit its shape.
    /// </exception>
    public static void Write(Stream stream, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensors);
        Check(tensors);
        ArrayBufferWriter<byte> header = Header(tensors, metadata);
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.WrittenCount);
        stream.Write(length);
        stream.Write(header.WrittenSpan);
        foreach (NamedTensor tensor in tensors)
        {
            stream.Write(tensor.Data.Span);
        }
    }

    private static void Check(IReadOnlyList<NamedTensor> tensors)
    {
        HashSet<string> names = [SafetensorsHeader.Metadata];
        foreach (NamedTensor tensor in tensors)
        {
            if (!names.Add(tensor.Name))
            {
                throw new ArgumentException($"The name {tensor.Name} is reserved or given to two tensors.", nameof(tensors));
            }

            if (tensor.Type.ByteLength(tensor.Shape) != tensor.Data.Length)
            {
                throw new ArgumentException(
                    $"{tensor.Name} of type {tensor.Type} and shape [{string.Join(", ", tensor.Shape)}] "
                        + $"cannot have {tensor.Data.Length} bytes.", nameof(tensors));
            }
        }
    }

    private static ArrayBufferWriter<byte> Header(IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var header = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(header, Json))
        {
            long offset = 0;
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                WriteMetadata(json, metadata);
            }

            foreach (NamedTensor tensor in tensors)
            {
                WriteEntry(json, tensor, offset);
                offset += tensor.Data.Length;
            }

            json.WriteEndObject();
        }

        // The format allows spaces after the header. They align the data, so that a program can map
        // the file.
        int padding = -header.WrittenCount & (Alignment - 1);
        header.GetSpan(padding)[..padding].Fill((byte)' ');
        header.Advance(padding);
        return header;
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject(SafetensorsHeader.Metadata);
        foreach ((string name, string value) in metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, NamedTensor tensor, long offset)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", tensor.Type.ToString());
        json.WriteStartArray("shape");
        foreach (long length in tensor.Shape)
        {
            json.WriteNumberValue(length);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(offset);
        json.WriteNumberValue(offset + tensor.Data.Length);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}

using System.Buffers.Binary;
using System.Text.Json;

using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Training.Weights;

/// <summary>
/// Reads tensors in the safetensors format from files that may be hostile. It checks the whole
/// header against the actual size of the file before it allocates memory for the data.
/// </summary>
public static class SafetensorsReader
{
    /// <summary>Reads and validates tensors.</summary>
    /// <param name="file">The whole file, from its beginning; must be seekable.</param>
    /// <param name="name">The name of the file in messages.</param>
    /// <exception cref="InvalidInputException">
    /// The file is damaged, has another format, or has tensors of an unsupported type.
    /// </exception>
    public static SafetensorsContent Read(Stream file, string name)
    {
        ArgumentNullException.ThrowIfNull(file);
        try
        {
            (List<SafetensorsEntry> entries, Dictionary<string, string> metadata) = SafetensorsHeader.Parse(ReadHeader(file));
            long length = file.Length - file.Position;
            CheckShapes(entries);
            CheckPlaces(entries, length);
            return new SafetensorsContent(ReadData(file, length, entries), metadata);
        }
        catch (JsonException e)
        {
            throw Unusable(name, "its header is not valid JSON", e);
        }
        catch (SafetensorsException e)
        {
            throw Unusable(name, e.Message, e);
        }
        catch (EndOfStreamException e)
        {
            throw Unusable(name, "it ends early", e);
        }
    }

    private static InvalidInputException Unusable(string name, string reason, Exception e) =>
        new($"{name} is not a usable safetensors file, {reason}: give another file or save it again.", e);

    private static byte[] ReadHeader(Stream file)
    {
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        file.ReadExactly(prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > SafetensorsFile.MaximumHeaderLength)
        {
            throw new SafetensorsException($"its header claims {length} bytes, "
                + $"more than the {SafetensorsFile.MaximumHeaderLength} allowed");
        }

        if (length > (ulong)(file.Length - prefix.Length))
        {
            throw new SafetensorsException($"its header claims {length} bytes where only {file.Length - prefix.Length} follow");
        }

        byte[] header = GC.AllocateUninitializedArray<byte>((int)length);
        file.ReadExactly(header);
        return header;
    }

    private static void CheckShapes(List<SafetensorsEntry> entries)
    {
        foreach (SafetensorsEntry entry in entries)
        {
            if (entry.Type.ByteLength(entry.Shape) != entry.End - entry.Begin)
            {
                throw new SafetensorsException(
                    $"{SafetensorsHeader.Quote(entry.Name)} of type {entry.Type} and shape [{string.Join(", ", entry.Shape)}] "
                        + $"cannot lie from byte {entry.Begin} to {entry.End}");
            }
        }
    }

    /// <summary>
    /// Checks that the tensors, in any order, cover the data without a gap and without an overlap.
    /// </summary>
    private static void CheckPlaces(List<SafetensorsEntry> entries, long length)
    {
        long covered = 0;
        foreach (SafetensorsEntry entry in entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (entry.Begin != covered)
            {
                throw new SafetensorsException(
                    $"{SafetensorsHeader.Quote(entry.Name)} begins at byte {entry.Begin} where the data before it ends at {covered}");
            }

            covered = entry.End;
        }

        if (covered != length)
        {
            throw new SafetensorsException($"its header describes {covered} bytes of data and there are {length}");
        }
    }

    private static List<NamedTensor> ReadData(Stream file, long length, List<SafetensorsEntry> entries)
    {
        if (length > Array.MaxLength)
        {
            throw new SafetensorsException($"it has {length} bytes of data, more than the {Array.MaxLength} supported");
        }

        byte[] data = GC.AllocateUninitializedArray<byte>((int)length);
        file.ReadExactly(data);
        return [.. entries.Select(entry => new NamedTensor(
            entry.Name, entry.Type, entry.Shape, data.AsMemory((int)entry.Begin, (int)(entry.End - entry.Begin))))];
    }
}

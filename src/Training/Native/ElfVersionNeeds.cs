using System.Buffers.Binary;
using System.Text;

namespace Mnist.Distributed.Training.Native;

/// <summary>
/// Edits the symbol versions that a 64-bit little-endian ELF file demands of the libraries that it
/// uses (section <c>.gnu.version_r</c>). Source: Linux Standard Base, "Symbol Versioning".
/// </summary>
internal static class ElfVersionNeeds
{
    private const uint VersionNeedSection = 0x6ffffffe;
    private const ushort WeakFlag = 2;

    /// <summary>
    /// Marks every demand for <paramref name="version"/> as weak. For a weak demand the loader
    /// warns at most, instead of refusing the file.
    /// </summary>
    /// <param name="image">The file; changed in place.</param>
    /// <param name="version">Symbol version, such as <c>GLIBCXX_3.4.32</c>.</param>
    /// <returns>Number of demands that were marked.</returns>
    /// <exception cref="InvalidDataException">
    /// The bytes are no 64-bit little-endian ELF file, or the file is damaged.
    /// </exception>
    public static int MakeWeak(Span<byte> image, string version)
    {
        if (image.Length < 64 || !image[..6].SequenceEqual("\u007fELF\u0002\u0001"u8))
        {
            throw new InvalidDataException("Not a 64-bit little-endian ELF file.");
        }

        try
        {
            return MarkSections(image, version);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException("The ELF file is damaged: something in it lies outside of it.", e);
        }
    }

    private static int MarkSections(Span<byte> image, string version)
    {
        var sections = (int)BinaryPrimitives.ReadUInt64LittleEndian(image[0x28..]);
        var sectionSize = BinaryPrimitives.ReadUInt16LittleEndian(image[0x3a..]);
        var sectionCount = BinaryPrimitives.ReadUInt16LittleEndian(image[0x3c..]);
        var marked = 0;
        for (var i = 0; i < sectionCount; i++)
        {
            var header = image.Slice(sections + (i * sectionSize), sectionSize);
            if (BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) == VersionNeedSection)
            {
                var link = (int)BinaryPrimitives.ReadUInt32LittleEndian(header[0x28..]);
                var names = SectionOffset(image.Slice(sections + (link * sectionSize), sectionSize));
                marked += MarkNeeds(image, SectionOffset(header), names, version);
            }
        }

        return marked;
    }

    private static int SectionOffset(ReadOnlySpan<byte> header) => (int)BinaryPrimitives.ReadUInt64LittleEndian(header[0x18..]);

    /// <summary>
    /// Walks the list of libraries (Verneed) and, for each library, its list of versions (Vernaux).
    /// </summary>
    private static int MarkNeeds(Span<byte> image, int need, int names, string version)
    {
        var marked = 0;
        int toNextNeed;
        do
        {
            var count = BinaryPrimitives.ReadUInt16LittleEndian(image[(need + 2)..]);
            var entry = need + (int)BinaryPrimitives.ReadUInt32LittleEndian(image[(need + 8)..]);
            for (var i = 0; i < count; i++)
            {
                if (NameAt(image, names + (int)BinaryPrimitives.ReadUInt32LittleEndian(image[(entry + 8)..])) == version)
                {
                    var flags = image[(entry + 4)..];
                    BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | WeakFlag));
                    marked++;
                }

                entry += (int)BinaryPrimitives.ReadUInt32LittleEndian(image[(entry + 12)..]);
            }

            // The distance is unsigned, so the walk only goes forward and ends.
            toNextNeed = checked((int)BinaryPrimitives.ReadUInt32LittleEndian(image[(need + 12)..]));
            need = checked(need + toNextNeed);
        }
        while (toNextNeed != 0);

        return marked;
    }

    private static string NameAt(ReadOnlySpan<byte> image, int offset)
    {
        var name = image[offset..];
        return Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]);
    }
}

using System.Buffers.Binary;
using System.Text;

namespace Mnist.Distributed.Tests.Training.Native;

/// <summary>
/// Makes a minimal 64-bit ELF image: header, version demands, their names and three section
/// headers.
/// </summary>
internal sealed class ElfImage
{
    private const int Needs = 64;
    private const int SectionSize = 64;

    private readonly List<byte> _names = [0];
    private readonly List<byte> _needs = [];
    private readonly Dictionary<(string File, string Version), int> _flags = [];

    /// <summary>Demands of one library after another.</summary>
    public ElfImage(params (string File, string[] Versions)[] libraries)
    {
        for (int library = 0; library < libraries.Length; library++)
        {
            (string file, string[] versions) = libraries[library];
            int toNext = library == libraries.Length - 1 ? 0 : 16 + (16 * versions.Length);
            Append(1, 2);
            Append(versions.Length, 2);
            Append(Name(file), 4);
            Append(16, 4);
            Append(toNext, 4);
            for (int version = 0; version < versions.Length; version++)
            {
                _flags.Add((file, versions[version]), Needs + _needs.Count + 4);
                Append(0x12345678, 4);
                Append(0, 2);
                Append(version + 2, 2);
                Append(Name(versions[version]), 4);
                Append(version == versions.Length - 1 ? 0 : 16, 4);
            }
        }
    }

    /// <summary>Where the flags of a demand are.</summary>
    public int FlagsOf(string file, string version) => _flags[(file, version)];

    public byte[] ToArray()
    {
        int names = Needs + _needs.Count;
        int sections = (names + _names.Count + 7) / 8 * 8;
        byte[] image = new byte[sections + (3 * SectionSize)];
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(image);
        Write(image, 0x28, sections, 8);
        Write(image, 0x3a, SectionSize, 2);
        Write(image, 0x3c, 3, 2);
        _needs.CopyTo(image, Needs);
        _names.CopyTo(image, names);
        WriteSection(image, sections + SectionSize, type: 0x6ffffffe, Needs, _needs.Count, link: 2);
        WriteSection(image, sections + (2 * SectionSize), type: 3, names, _names.Count, link: 0);
        return image;
    }

    private static void WriteSection(byte[] image, int header, int type, int offset, int size, int link)
    {
        Write(image, header + 4, type, 4);
        Write(image, header + 0x18, offset, 8);
        Write(image, header + 0x20, size, 8);
        Write(image, header + 0x28, link, 4);
    }

    private static void Write(byte[] image, int offset, int value, int bytes)
    {
        byte[] all = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(all, value);
        all.AsSpan(0, bytes).CopyTo(image.AsSpan(offset));
    }

    private void Append(int value, int bytes)
    {
        byte[] number = new byte[bytes];
        Write(number, 0, value, bytes);
        _needs.AddRange(number);
    }

    private int Name(string name)
    {
        int offset = _names.Count;
        _names.AddRange(Encoding.ASCII.GetBytes(name + '\0'));
        return offset;
    }
}

using System.Buffers.Binary;
using Mnist.Distributed.Contracts.Data;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// What a PNG or JPEG file says of itself, read before anything is decoded. Sources: W3C, "Portable
/// Network Graphics (PNG) Specification"; ITU-T T.81, annex B.
/// </summary>
/// <param name="Size">The announced size; the sides may be longer than 512.</param>
/// <param name="IsPng">True: PNG. False: JPEG.</param>
internal readonly record struct PictureHeader(ImageSize Size, bool IsPng)
{
    private const int Marker = 0xFF;
    private const int StartOfScan = 0xDA;
    private const int EndOfImage = 0xD9;

    private static ReadOnlySpan<byte> PngSignature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Reads the header.</summary>
    /// <param name="file">The whole file.</param>
    /// <exception cref="InvalidDataException">
    /// The bytes are no PNG or JPEG file, or the file is cut off. The message is a part of a
    /// sentence.
    /// </exception>
    public static PictureHeader Read(ReadOnlySpan<byte> file) =>
        file.StartsWith(PngSignature) ? new(PngFile.ReadSize(file[PngSignature.Length..]), IsPng: true)
        : file.Length > 2 && file[0] == Marker && file[1] == 0xD8 ? new(ReadJpeg(file), IsPng: false)
        : throw new InvalidDataException("is neither PNG nor JPEG");

    /// <summary>Walks over the segments up to the first scan, and looks for the end.</summary>
    private static ImageSize ReadJpeg(ReadOnlySpan<byte> file)
    {
        ImageSize? size = null;
        int at = 2;
        while (at + 4 <= file.Length)
        {
            int kind = file[at + 1];
            if (file[at] != Marker)
            {
                throw new InvalidDataException("has damaged JPEG segments");
            }

            if (kind is Marker)
            {
                at++;
                continue;
            }

            ReadOnlySpan<byte> segment = file[(at + 2)..];
            int length = BinaryPrimitives.ReadUInt16BigEndian(segment);
            if (length < 2 || length > segment.Length)
            {
                break;
            }

            if (kind is StartOfScan)
            {
                return segment[length..].IndexOf((ReadOnlySpan<byte>)[Marker, EndOfImage]) >= 0
                    ? size ?? throw new InvalidDataException("has no JPEG frame before its first scan")
                    : throw new InvalidDataException("is cut off");
            }

            if (kind is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC) && length >= 7)
            {
                size = new ImageSize(BinaryPrimitives.ReadUInt16BigEndian(segment[3..]), BinaryPrimitives.ReadUInt16BigEndian(segment[5..]));
            }

            at += 2 + length;
        }

        throw new InvalidDataException("is cut off");
    }
}

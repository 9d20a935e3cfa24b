using BitMiracle.LibJpeg.Classic;
using Mnist.Distributed.Contracts.Data;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// Decodes JPEG files by the integer transform of libjpeg, so every machine gets the same bytes.
/// </summary>
internal static class JpegFile
{
    /// <summary>Whether a file begins like a JPEG file.</summary>
    public static bool Is(ReadOnlySpan<byte> file) => file is [0xFF, 0xD8, ..];

    /// <summary>Decodes a whole file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="check">Receives the announced size before memory is taken for pixels.</param>
    /// <returns>The size; rows x columns pixels of red, green, blue and alpha.</returns>
    /// <exception cref="InvalidDataException">
    /// The file is damaged or cut off. The message is a part of a sentence.
    /// </exception>
    public static (ImageSize Size, byte[] Pixels) Decode(byte[] file, Action<ImageSize> check)
    {
        var decoder = new jpeg_decompress_struct(new Refusal());
        decoder.jpeg_stdio_src(new MemoryStream(file));
        decoder.jpeg_read_header(require_image: true);
        ImageSize size = new(decoder.Image_height, decoder.Image_width);
        check(size);
        if (decoder.Jpeg_color_space is not (J_COLOR_SPACE.JCS_GRAYSCALE or J_COLOR_SPACE.JCS_RGB or J_COLOR_SPACE.JCS_YCbCr))
        {
            throw new InvalidDataException("is neither grey nor RGB (as for print, in CMYK)");
        }

        bool isGrey = decoder.Jpeg_color_space == J_COLOR_SPACE.JCS_GRAYSCALE;
        decoder.Out_color_space = isGrey ? J_COLOR_SPACE.JCS_GRAYSCALE : J_COLOR_SPACE.JCS_RGB;
        decoder.jpeg_start_decompress();
        byte[] pixels = new byte[4 * size.Pixels];
        byte[] row = new byte[decoder.Output_components * size.Columns];
        for (int at = 0; at < pixels.Length;)
        {
            decoder.jpeg_read_scanlines([row], 1);
            for (int column = 0; column < size.Columns; column++, at += 4)
            {
                (pixels[at], pixels[at + 1], pixels[at + 2]) = isGrey
                    ? (row[column], row[column], row[column])
                    : (row[3 * column], row[(3 * column) + 1], row[(3 * column) + 2]);
                pixels[at + 3] = byte.MaxValue;
            }
        }

        decoder.jpeg_finish_decompress();
        return (size, pixels);
    }

    /// <summary>
    /// libjpeg repairs what it can and warns. Repaired pixels are not those of the picture, so each
    /// warning is an error.
    /// </summary>
    private sealed class Refusal : jpeg_error_mgr
    {
        public override void error_exit() => throw new InvalidDataException($"cannot be decoded ({format_message().TrimEnd('.')})");

        public override void emit_message(int msg_level)
        {
            if (msg_level < 0)
            {
                error_exit();
            }
        }

        public override void output_message()
        {
        }
    }
}

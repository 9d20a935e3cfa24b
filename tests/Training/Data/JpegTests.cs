using BitMiracle.LibJpeg.Classic;
using CsCheck;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Training.Data;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Data;

/// <summary>
/// JPEG files of one block whose only coefficient is the mean, so that the pixels are known. The
/// tables are the smallest: each has one code, of one bit. Source: ITU-T T.81, annexes B and F.
/// </summary>
[Trait(Fuzz.Trait, Fuzz.Category)]
public sealed class JpegTests
{
    private const int Rows = 50;
    private const int Columns = 70;

    /// <summary>A grey block: the coefficient -64 is the grey 128 - 64 / 8.</summary>
    private static readonly byte[] Grey = File(8, 8, [0x3F, 0x7F], components: 1);

    /// <summary>Coefficients 64, 64 and -64: Y is 136, Cb 136, Cr 120.</summary>
    private static readonly byte[] Coloured = File(8, 8, [0x40, 0x20, 0x0F, 0xDF], components: 3);

    [Fact]
    public void A_grey_picture_has_one_plane()
    {
        var picture = Picture.Decode(Grey, "p", resized: null);

        Assert.Equal((new ImageSize(8, 8), 1), (picture.Size, picture.Channels));
        Assert.All(picture.Planes, pixel => Assert.Equal(120, pixel));
    }

    /// <summary>
    /// R = Y + 1.402 (Cr - 128), G = Y - 0.344 (Cb - 128) - 0.714 (Cr - 128), B = Y + 1.772 (Cb -
    /// 128).
    /// </summary>
    [Fact]
    public void A_coloured_picture_has_the_planes_red_green_and_blue()
    {
        var picture = Picture.Decode(Coloured, "p", resized: null);

        Assert.Equal(3, picture.Channels);
        Assert.All(picture.Planes[..64], pixel => Assert.Equal(125, pixel));
        Assert.All(picture.Planes[64..128], pixel => Assert.Equal(139, pixel));
        Assert.All(picture.Planes[128..], pixel => Assert.Equal(150, pixel));
    }

    [Fact]
    public void A_picture_that_is_cut_off_anywhere_is_refused() => Assert.All(
        Enumerable.Range(0, Coloured.Length),
        length => Assert.Throws<InvalidInputException>(() => Picture.Decode(Coloured[..length], "p", resized: null)));

    [Fact]
    public void A_picture_bomb_is_refused_by_its_header() => Assert.Contains(
        "announces 65500 x 65500 pixels",
        Assert.Throws<InvalidInputException>(() => Picture.Decode(File(65_500, 65_500, [0x3F, 0x7F], components: 1), "p", resized: null)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Changed_bytes_are_read_or_refused() =>
        Gen.Select(Gen.Bool, Gen.Select(Gen.Int[0, 10_000], Gen.Byte).Array[1, 4]).Sample((coloured, changes) =>
            AssertIsReadOrRefused(coloured ? Coloured : Grey, changes), iter: Fuzz.Inputs(5000));

    /// <summary>
    /// A picture of few frequencies, so that the loss of the compression is small: each pixel is
    /// where it belongs.
    /// </summary>
    [Theory]
    [InlineData(false, 1, 0)]
    [InlineData(false, 3, 0)]
    [InlineData(false, 3, 2)]
    [InlineData(true, 1, 0)]
    [InlineData(true, 3, 0)]
    public void Sequential_and_progressive_pictures_of_an_encoder_are_read(bool progressive, int channels, int restartRows)
    {
        var picture = Picture.Decode(Encoded(progressive, channels, restartRows), "p", resized: null);

        Assert.Equal((new ImageSize(Rows, Columns), channels), (picture.Size, picture.Channels));
        for (var at = 0; at < picture.Planes.Length; at++)
        {
            Assert.InRange(picture.Planes[at] - Sample(at / (Rows * Columns), at % (Rows * Columns)), -4, 4);
        }
    }

    [Fact]
    public void A_picture_for_print_is_refused() => Assert.Contains(
        "is neither grey nor RGB",
        Assert.Throws<InvalidInputException>(() => Picture.Decode(Encoded(progressive: false, channels: 4, restartRows: 0), "p", resized: null)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_second_frame_is_refused()
    {
        var frame = Grey.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        byte[] second = [.. Grey[..frame], .. Segment(0xC0, [8, 0xFF, 0xFF, 0xFF, 0xFF, 1, 1, 0x11, 0]), .. Grey[frame..]];

        AssertIsRefused(second);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_restart_marker_that_is_lost_or_wrong_is_refused(int found)
    {
        var file = Encoded(progressive: false, channels: 3, restartRows: 1);
        var marker = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, (byte)(0xD0 + found)]);
        var changed = (byte[])file.Clone();
        changed[marker + 1] = 0xD5;

        AssertIsRefused(changed);
        AssertIsRefused([.. file[..marker], .. file[(marker + 2)..]]);
    }

    /// <summary>The refinement of coefficients without their first bits has no meaning.</summary>
    [Fact]
    public void A_progressive_picture_without_its_first_scan_is_refused()
    {
        var file = Encoded(progressive: true, channels: 1, restartRows: 0);
        var first = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        var next = first + 2 + file.AsSpan(first + 2).IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC4]);

        AssertIsRefused([.. file[..first], .. file[next..]]);
    }

    [Fact]
    public void Damage_in_the_pixels_is_refused_or_gives_the_same_bytes_each_time()
    {
        var files = new[] { false, true }.Select(progressive => Encoded(progressive, channels: 3, restartRows: 2)).ToArray();
        Gen.Select(Gen.Bool, Gen.Select(Gen.Int[0, 100_000], Gen.Byte).Array[1, 3]).Sample((progressive, changes) =>
            AssertIsReadOrRefused(files[progressive ? 1 : 0], changes), iter: Fuzz.Inputs(1000));
    }

    private static int Sample(int channel, int pixel) =>
        (int)(128 + (90 * Math.Sin(((pixel / Columns) + (channel * 20)) / 16.0) * Math.Cos(pixel % Columns / 20.0)));

    /// <summary>What is read has the same bytes each time.</summary>
    private static void AssertIsReadOrRefused(byte[] original, (int Position, byte Value)[] changes)
    {
        var file = (byte[])original.Clone();
        foreach (var (position, value) in changes)
        {
            file[position % file.Length] = value;
        }

        try
        {
            var picture = Picture.Decode(file, "p", resized: null);
            Assert.InRange(picture.Size.Pixels, 1, ImageSize.Most * ImageSize.Most);
            Assert.Equal(picture.Planes, Picture.Decode(file, "p", resized: null).Planes);
        }
        catch (InvalidInputException e)
        {
            Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
        }
    }

    private static void AssertIsRefused(byte[] file) => Assert.Contains(
        "cannot be decoded",
        Assert.Throws<InvalidInputException>(() => Picture.Decode(file, "p", resized: null)).Message,
        StringComparison.Ordinal);

    /// <summary>The picture of <see cref="Sample"/>, written by the encoder of libjpeg.</summary>
    private static byte[] Encoded(bool progressive, int channels, int restartRows)
    {
        using var file = new MemoryStream();
        var encoder = new jpeg_compress_struct
        {
            Image_width = Columns,
            Image_height = Rows,
            Input_components = channels,
            In_color_space = channels switch { 1 => J_COLOR_SPACE.JCS_GRAYSCALE, 3 => J_COLOR_SPACE.JCS_RGB, _ => J_COLOR_SPACE.JCS_CMYK },
        };
        encoder.jpeg_set_defaults();
        encoder.jpeg_set_quality(100, force_baseline: true);
        encoder.Restart_in_rows = restartRows;
        if (progressive)
        {
            encoder.jpeg_simple_progression();
        }

        encoder.jpeg_stdio_dest(file);
        encoder.jpeg_start_compress(write_all_tables: true);
        for (var row = 0; row < Rows; row++)
        {
            encoder.jpeg_write_scanlines(
                [[.. Enumerable.Range(0, Columns * channels).Select(i => (byte)Sample(i % channels, (row * Columns) + (i / channels)))]], 1);
        }

        encoder.jpeg_finish_compress();
        return file.ToArray();
    }

    private static byte[] File(int rows, int columns, byte[] block, int components)
    {
        byte[] ones = [.. Enumerable.Repeat((byte)1, 64)];
        byte[] oneCode = [1, .. new byte[15]];
        var numbers = Enumerable.Range(1, components).Select(number => (byte)number).ToArray();
        return
        [
            0xFF, 0xD8,
            .. Segment(0xDB, [0, .. ones]),
            .. Segment(0xC0, [8, (byte)(rows >> 8), (byte)rows, (byte)(columns >> 8), (byte)columns, (byte)components, .. numbers.SelectMany(number => new byte[] { number, 0x11, 0 })]),
            .. Segment(0xC4, [0x00, .. oneCode, 7]),
            .. Segment(0xC4, [0x10, .. oneCode, 0]),
            .. Segment(0xDA, [(byte)components, .. numbers.SelectMany(number => new byte[] { number, 0 }), 0, 63, 0]),
            .. block,
            0xFF, 0xD9,
        ];
    }

    private static byte[] Segment(byte kind, byte[] content) => [0xFF, kind, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2), .. content];
}

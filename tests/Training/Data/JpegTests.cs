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
public sealed class JpegTests
{
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
        "announces 65535 x 65535 pixels",
        Assert.Throws<InvalidInputException>(() => Picture.Decode(File(65_535, 65_535, [0x3F, 0x7F], components: 1), "p", resized: null)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Changed_bytes_are_read_or_refused() =>
        Gen.Select(Gen.Bool, Gen.Select(Gen.Int[0, 10_000], Gen.Byte).Array[1, 4]).Sample((coloured, changes) =>
        {
            var file = (byte[])(coloured ? Coloured : Grey).Clone();
            foreach (var (position, value) in changes)
            {
                file[position % file.Length] = value;
            }

            try
            {
                Assert.InRange(Picture.Decode(file, "p", resized: null).Size.Pixels, 1, ImageSize.Most * ImageSize.Most);
            }
            catch (InvalidInputException e)
            {
                Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
            }
        }, iter: 5000);

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

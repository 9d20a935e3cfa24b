using System.IO.Compression;
using CsCheck;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training.Data;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Data;

/// <summary>Decoding of PNG and JPEG, and resizing.</summary>
[Trait(Fuzz.Trait, Fuzz.Category)]
public sealed class PictureTests
{
    [Fact]
    public void Pixels_of_any_png_are_read() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 30], Gen.Int[1, 30], Gen.Int[0, 1000]).Sample((channels, rows, columns, seed) =>
        {
            var pixels = new byte[rows * columns * channels];
            new Random(seed).NextBytes(pixels);
            var picture = Picture.Decode(Pictures.Png(columns, rows, channels, pixels), "p", resized: null);
            Assert.Equal(new ImageSize(rows, columns), picture.Size);
            for (var at = 0; at < rows * columns; at++)
            {
                var alpha = channels is 2 or 4 ? pixels[(at * channels) + channels - 1] : 255;
                for (var channel = 0; channel < picture.Channels; channel++)
                {
                    var colour = pixels[(at * channels) + (channels < 3 ? 0 : channel)];
                    Assert.Equal((byte)Math.Round(colour * alpha / 255.0, MidpointRounding.AwayFromZero), picture.Planes[(channel * rows * columns) + at]);
                }
            }
        });

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(512, 512, 3)]
    public void The_smallest_and_the_largest_picture_are_read(int rows, int columns, int channels)
    {
        var pixels = Enumerable.Range(0, rows * columns * channels).Select(i => (byte)i).ToArray();

        Assert.Equal(channels, Picture.Decode(Pictures.Png(columns, rows, channels, pixels), "p", resized: null).Channels);
    }

    [Theory]
    [InlineData(513, 512, "resize all of them with ImageSize")]
    [InlineData(100_000, 100_000, "million pixels")]
    [InlineData(0, 5, "million pixels")]
    public void A_picture_bomb_is_refused_by_its_header(int rows, int columns, string hint)
    {
        var file = Pictures.Png(columns, rows, 3, 8, [0]);
        Assert.InRange(Allocation.Of(() => Assert.Contains(hint, Refusal(file), StringComparison.Ordinal)), 0, 1 << 20);
    }

    [Fact]
    public void Compressed_pixels_beyond_the_header_are_refused_without_taking_memory()
    {
        using var raw = new MemoryStream();
        using (var zlib = new ZLibStream(raw, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            zlib.Write(new byte[50_000_000]);
        }

        var file = Pictures.Png(2, 2, 1, 8, raw.ToArray());
        Assert.InRange(Allocation.Of(() => Assert.Contains("more pixels than", Refusal(file), StringComparison.Ordinal)), 0, 1 << 20);
    }

    [Fact]
    public void Every_changed_byte_and_every_cut_of_a_png_is_refused_or_harmless()
    {
        var file = Pictures.Png(5, 4, 3, [.. Enumerable.Range(0, 60).Select(i => (byte)(i * 4))]);
        for (var at = 0; at < file.Length; at++)
        {
            var changed = (byte[])file.Clone();
            changed[at] ^= 0x10;
            Refusal(changed);
            Refusal(file[..at]);
        }
    }

    [Fact]
    public void Random_bytes_after_a_signature_are_read_or_refused() =>
        Gen.Select(Gen.Bool, Gen.Byte.Array[0, 300]).Sample((png, bytes) =>
        {
            byte[] file = png ? [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, .. bytes] : [0xFF, 0xD8, 0xFF, .. bytes];
            Refusal(file);
        }, iter: Fuzz.Inputs(2000));

    [Fact]
    public void Resizing_to_the_same_size_and_back_from_whole_multiples_changes_nothing() =>
        Gen.Select(Gen.Int[1, 12], Gen.Int[1, 12], Gen.Int[1, 5], Gen.Int[0, 1000]).Sample((rows, columns, factor, seed) =>
        {
            var plane = new byte[rows * columns];
            new Random(seed).NextBytes(plane);
            var large = new byte[plane.Length * factor * factor];
            for (var i = 0; i < large.Length; i++)
            {
                large[i] = plane[(i / (columns * factor) / factor * columns) + (i % (columns * factor) / factor)];
            }

            var small = new byte[plane.Length];
            new ImageResizer(new ImageSize(rows * factor, columns * factor), new ImageSize(rows, columns)).Resize(large, small);
            Assert.Equal(plane, small);
        });

    [Fact]
    public void A_picture_of_one_colour_keeps_it_at_any_size() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int[1, 40], Gen.Byte).Sample((rows, columns, newRows, newColumns, colour) =>
        {
            var plane = new byte[rows * columns];
            plane.AsSpan().Fill(colour);
            var result = new byte[newRows * newColumns];
            new ImageResizer(new ImageSize(rows, columns), new ImageSize(newRows, newColumns)).Resize(plane, result);
            Assert.All(result, pixel => Assert.Equal(colour, pixel));
        });

    [Fact]
    public void Growing_interpolates_between_the_centres_of_the_pixels()
    {
        var result = new byte[4];
        new ImageResizer(new ImageSize(1, 2), new ImageSize(1, 4)).Resize([0, 100], result);

        Assert.Equal([0, 25, 75, 100], result);
    }

    [Theory]
    [InlineData("28", 28, 28)]
    [InlineData("1x512", 1, 512)]
    public void A_size_is_read(string text, int rows, int columns) => Assert.Equal(new ImageSize(rows, columns), ImageSize.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("513")]
    [InlineData("3x")]
    [InlineData("3x4x5")]
    [InlineData("-1x2")]
    public void Other_texts_are_no_size(string text) => Assert.Null(ImageSize.Parse(text));

    /// <summary>The sentence of the refusal; empty if the file can be read.</summary>
    private static string Refusal(byte[] file)
    {
        try
        {
            Picture.Decode(file, "p", resized: null);
            return "";
        }
        catch (InvalidInputException e)
        {
            Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
            return e.Message;
        }
    }
}

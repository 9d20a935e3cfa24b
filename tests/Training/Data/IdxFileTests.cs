using Mnist.Distributed.Contracts;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training.Data;

using Xunit;

namespace Mnist.Distributed.Tests.Training.Data;

public sealed class IdxFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, "images")]
    [InlineData(true, "images.gz")]
    [InlineData(true, "images")]
    [InlineData(false, "images.gz")]
    public void Images_are_read_plain_or_compressed_whatever_the_name(bool compressed, string name)
    {
        byte[] content = Idx.Images(3);
        string path = _folder.Write(name, compressed ? Idx.Gzip(content) : content);

        IdxContent images = IdxFile.ReadImages(path);

        Assert.Equal(3, images.Count);
        Assert.Equal(Idx.Pixels(3), images.Items.ToArray());
    }

    [Fact]
    public void Labels_are_read()
    {
        IdxContent labels = ReadLabels(Idx.Gzip(Idx.Labels(12)));

        Assert.Equal(12, labels.Count);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2], labels.Items.ToArray());
    }

    [Fact]
    public void Checksum_is_of_the_uncompressed_file()
    {
        // printf '\0\0\010\001\0\0\0\002\003\004' | sha256sum
        const string Expected = "3b6ad0250cb381d2971786334ca4087c0751f338faf51339d5b61f81f9f2f93d";
        byte[] content = [0, 0, 8, 1, 0, 0, 0, 2, 3, 4];

        Assert.Equal(Expected, ReadLabels(content).ComputeSha256());
        Assert.Equal(Expected, ReadLabels(Idx.Gzip(content)).ComputeSha256());
    }

    [Fact]
    public void Written_files_are_those_of_the_format()
    {
        using var images = new MemoryStream();
        using var labels = new MemoryStream();

        IdxFile.WriteImages(images, Idx.Split(2));
        IdxFile.WriteLabels(labels, Idx.Split(2));

        Assert.Equal(Idx.Images(2), images.ToArray());
        Assert.Equal(Idx.Labels(2), labels.ToArray());
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("")]
    public void Missing_file_is_named(string name)
    {
        string path = name.Length > 0 ? _folder[name] : name;

        var error = Assert.Throws<InvalidInputException>(() => IdxFile.ReadImages(path));

        Assert.Contains($"'{path}' does not exist", error.Message);
    }

    [Fact]
    public void Truncated_file_tells_expected_and_actual_bytes()
    {
        byte[] content = Idx.Images(2);

        string plain = ImagesError(content[..1000]);
        string compressed = ImagesError(Idx.Gzip(content[..1000]));

        Assert.Contains("2 images in 1,584 bytes but only 1,000 are there", plain);
        Assert.Contains("2 images in 1,584 bytes but only 1,000 are there", compressed);
    }

    [Fact]
    public void Every_proper_prefix_is_an_error()
    {
        byte[] plain = Idx.Labels(30);
        byte[] compressed = Idx.Gzip(plain);

        Assert.All(Enumerable.Range(0, plain.Length), length => LabelsError(plain[..length]));
        Assert.All(Enumerable.Range(0, compressed.Length), length => LabelsError(compressed[..length]));
    }

    [Fact]
    public void Every_flipped_bit_of_a_compressed_file_is_noticed_or_harmless()
    {
        byte[] plain = Idx.Labels(30);
        byte[] compressed = Idx.Gzip(plain);

        Assert.All(Enumerable.Range(0, compressed.Length * 8), bit =>
        {
            byte[] damaged = [.. compressed];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                // Changes of some bits do not change the content: time stamp, operating system,
                // padding of the last byte.
                Assert.Equal(plain[8..], ReadLabels(damaged).Items.ToArray());
            }
            catch (InvalidInputException)
            {
            }
        });
    }

    [Theory]
    [InlineData(8)]
    [InlineData(4)]
    public void Damaged_gzip_trailer_is_an_error(int fromEnd)
    {
        byte[] compressed = Idx.Gzip(Idx.Images(2));
        compressed[^fromEnd] ^= 1;

        Assert.Contains("is damaged", ImagesError(compressed));
    }

    [Fact]
    public void Trailing_bytes_are_an_error()
    {
        Assert.Contains("trailing bytes", ImagesError([.. Idx.Images(2), 0]));
        Assert.Contains("trailing bytes", ImagesError(Idx.Gzip([.. Idx.Images(2), 0])));
        Assert.Contains("followed by other bytes", ImagesError([.. Idx.Gzip(Idx.Images(2)), 1]));
        Assert.Contains("followed by other bytes", ImagesError([.. Idx.Gzip(Idx.Images(2)), 0, 0, 1]));
        Assert.Contains("followed by other bytes", ImagesError([.. Idx.Gzip(Idx.Images(2)), 0x1f, 0x8c]));
    }

    [Fact]
    public void Wrong_kind_of_file_is_an_error()
    {
        Assert.Contains("starts with 0x00000801 instead of 0x00000803", ImagesError(Idx.Labels(2)));
        Assert.Contains("starts with 0x00000803 instead of 0x00000801", LabelsError(Idx.Images(2)));
    }

    [Fact]
    public void Wrong_size_of_images_is_an_error() =>
        Assert.Contains("images of 513 x 28", ImagesError([.. Idx.Header(0x803, 1, 513, 28), .. new byte[513 * 28]]));

    [Theory]
    [InlineData(0, "0 images")]
    [InlineData(-1, "4,294,967,295 images")]
    [InlineData(1_000_001, "1,000,001 images")]
    public void Implausible_count_is_an_error(int count, string expected) =>
        Assert.Contains(expected, ImagesError([.. Idx.Header(0x803, count, 28, 28), .. Idx.Pixels(1)]));

    [Fact]
    public void Lying_header_takes_no_memory()
    {
        byte[] plain = [.. Idx.Header(0x803, IdxFile.MaximumCount, 28, 28), .. Idx.Pixels(1)];
        byte[] compressed = Idx.Gzip(plain);
        byte[] forged = [.. compressed[..^4], .. BitConverter.GetBytes(16 + (784 * IdxFile.MaximumCount))];

        Assert.All([plain, compressed, forged], content => Assert.InRange(Allocation.Of(() => ImagesError(content)), 0, 1 << 20));
    }

    [Fact]
    public void Gzip_bomb_is_read_no_further_than_its_header_announces()
    {
        byte[] bomb = Idx.Gzip([.. Idx.Images(1), .. new byte[32 << 20]]);

        Assert.InRange(Allocation.Of(() => Assert.Contains("trailing bytes", ImagesError(bomb))), 0, 1 << 20);
    }

    private static IdxContent ReadLabels(byte[] content) => IdxFile.ReadLabels(new MemoryStream(content), "labels");

    private static string ImagesError(byte[] content) =>
        Assert.Throws<InvalidInputException>(() => IdxFile.ReadImages(new MemoryStream(content), "images")).Message;

    private static string LabelsError(byte[] content) => Assert.Throws<InvalidInputException>(() => ReadLabels(content)).Message;
}

using CsCheck;

using Mnist.Distributed.Contracts;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training.Data;

using Xunit;

namespace Mnist.Distributed.Tests.Training.Data;

/// <summary>All that RFC 1952 calls a gzip file is read, and nothing else.</summary>
public sealed class GzipMembersTests
{
    /// <summary>
    /// The last block of every file of bgzip: a member without content, with an extra field
    /// (SAM/BAM format specification, 4.1.2).
    /// </summary>
    private static readonly byte[] BgzipEnd = Convert.FromHexString("1f8b08040000000000ff0600424302001b0003000000000000000000");

    private static readonly byte[] Content = Idx.Images(3);

    /// <summary>
    /// The places where members begin, and the number of zeros after the last member.
    /// </summary>
    private static readonly Gen<(int[] Cuts, int Padding, int Count)> Files =
        Gen.Select(Gen.Int[0, 2368].Array[0, 6], Gen.Int[0, 600], Gen.Int[1, 20]);

    [Fact]
    public void Content_of_all_members_is_read_whatever_they_are_and_however_they_are_padded() => Files.Sample(file =>
    {
        byte[] content = Idx.Images(file.Count, seed: file.Padding);
        Assert.Equal(content[16..], Read([.. Members(content, file.Cuts), .. new byte[file.Padding]]));
    });

    [Fact]
    public void A_file_of_bgzip_is_read() =>
        Assert.Equal(Content[16..], Read([.. WithExtraField(Content[..1000]), .. WithExtraField(Content[1000..]), .. BgzipEnd]));

    [Fact]
    public void Files_of_bgzip_may_be_joined() =>
        Assert.Equal(Content[16..], Read([.. WithExtraField(Content[..1000]), .. BgzipEnd, .. BgzipEnd, .. WithExtraField(Content[1000..]), .. BgzipEnd]));

    [Fact]
    public void Content_of_several_megabytes_is_read()
    {
        byte[] content = Idx.Images(6_000);

        Assert.Equal(content[16..], Read([.. Members(content, [1_000_000, 1_000_001, 2_500_000]), 0, 0]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0x02)]
    [InlineData(0x04)]
    [InlineData(0x08)]
    [InlineData(0x10)]
    [InlineData(0x1e)]
    public void Optional_fields_of_a_header_are_passed_over(byte flags) =>
        Assert.Equal(Content[16..], Read(Idx.GzipWithHeader(Content, flags)));

    [Theory]
    [InlineData(0x20)]
    [InlineData(0x80)]
    public void Fields_that_nobody_knows_are_refused(byte flags) => Assert.Contains("unknown way", Error(Idx.GzipWithHeader(Content, flags)));

    [Fact]
    public void A_header_with_another_checksum_is_refused()
    {
        byte[] file = Idx.GzipWithHeader(Content, 0x02);
        file[4] ^= 1;

        Assert.Contains("header", Error(file));
    }

    [Fact]
    public void Every_proper_prefix_of_a_file_with_members_is_refused_or_has_all_content()
    {
        byte[] plain = Idx.Labels(30);
        byte[] first = Idx.Gzip(plain[..20]);
        byte[] second = Idx.Gzip(plain[20..]);
        byte[] file = [.. first, .. second, .. BgzipEnd];

        Assert.All(Enumerable.Range(0, file.Length), length =>
        {
            if (length == first.Length + second.Length)
            {
                Assert.Equal(plain[8..], IdxFile.ReadLabels(new MemoryStream(file[..length]), "labels").Items.ToArray());
            }
            else
            {
                Assert.Throws<InvalidInputException>(() => IdxFile.ReadLabels(new MemoryStream(file[..length]), "labels"));
            }
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void The_checksum_of_every_member_is_checked(int member)
    {
        byte[][] members = [Idx.Gzip(Content[..500]), Idx.Gzip(Content[500..600]), Idx.Gzip(Content[600..])];
        members[member][^8] ^= 1;

        Assert.Contains("is damaged", Error([.. members[0], .. members[1], .. members[2]]));
    }

    [Fact]
    public void More_members_than_the_header_announces_are_trailing_bytes()
    {
        byte[] bomb = Idx.Gzip(new byte[32 << 20]);

        Assert.Contains("trailing bytes", Error([.. Idx.Gzip(Content), .. Idx.Gzip([0])]));
        Assert.InRange(Allocation.Of(() => Assert.Contains("trailing bytes", Error([.. Idx.Gzip(Content), .. bomb]))), 0, 1 << 20);
    }

    [Fact]
    public void A_header_that_announces_more_than_the_members_can_hold_takes_no_memory()
    {
        byte[] lie = [.. Idx.Header(0x803, IdxFile.MaximumCount, 28, 28), .. Idx.Pixels(1)];

        Assert.InRange(Allocation.Of(() => Error(Members(lie, [8, 100]))), 0, 1 << 20);
    }

    private static byte[] Members(byte[] content, int[] cuts)
    {
        int[] ends = [.. cuts.Order().Select(cut => Math.Min(cut, content.Length)), content.Length];
        return [.. ends.SelectMany((end, i) => Idx.Gzip(content[(i == 0 ? 0 : ends[i - 1])..end]))];
    }

    private static byte[] WithExtraField(byte[] content) => Idx.GzipWithHeader(content, 0x04);

    private static byte[] Read(byte[] file) => IdxFile.ReadImages(new MemoryStream(file), "images").Items.ToArray();

    private static string Error(byte[] file) =>
        Assert.Throws<InvalidInputException>(() => IdxFile.ReadImages(new MemoryStream(file), "images")).Message;
}

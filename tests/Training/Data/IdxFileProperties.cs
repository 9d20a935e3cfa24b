using CsCheck;

using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training.Data;

using Xunit;

namespace Mnist.Distributed.Tests.Training.Data;

[Trait(Fuzz.Trait, Fuzz.Category)]
public sealed class IdxFileProperties
{
    private const int Cases = 2000;

    /// <summary>A handful of bytes of a valid file, plain or compressed, are replaced.</summary>
    private static readonly Gen<byte[]> Mutated =
        from count in Gen.Int[1, 4]
        from compressed in Gen.Bool
        from labels in Gen.Bool
        from changes in Gen.Select(Gen.Int[0, 10_000], Gen.Byte).Array[0, 6]
        from length in Gen.Int[0, 10_000]
        from cut in Gen.Bool
        select Mutate(Content(count, compressed, labels), changes, cut ? length : int.MaxValue);

    [Fact]
    public void Images_of_any_shape_survive_writing_and_reading() =>
        Gen.Select(Gen.Int[1, 3], Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int[1, 5], Gen.Bool).Sample((channels, rows, columns, count, compressed) =>
        {
            var sample = new SampleShape(channels, rows, columns);
            byte[] pixels = new byte[count * sample.Pixels];
            new Random(count).NextBytes(pixels);
            using var file = new MemoryStream();
            IdxFile.WriteImages(file, new ImageSet(pixels, new ushort[count], sample));
            byte[] content = compressed ? Idx.Gzip(file.ToArray()) : file.ToArray();
            IdxContent read = IdxFile.ReadImages(new MemoryStream(content), "images");
            Assert.Equal(pixels, read.Items.ToArray());
            Assert.Equal((count, sample), (read.Count, read.Sample));
        });

    [Fact]
    public void Labels_of_up_to_65536_classes_survive_writing_and_reading() =>
        Gen.OneOf(Gen.UShort[0, 9].Array[1, 100], Gen.UShort.Array[1, 100]).Sample(labels =>
        {
            using var file = new MemoryStream();
            IdxFile.WriteLabels(file, new ImageSet(new byte[labels.Length], labels, new SampleShape(1, 1, 1)));
            (ushort[] read, _) = IdxFile.ReadLabels(file, "labels").ReadLabels();
            Assert.Equal(labels, read);
        });

    [Fact]
    public void Random_bytes_are_refused_without_taking_memory() => Gen.Byte.Array[0, 200].Sample(IsReadOrRefused, iter: Fuzz.Inputs(Cases));

    [Fact]
    public void Mutated_files_are_read_or_refused_without_taking_memory() => Mutated.Sample(IsReadOrRefused, iter: Fuzz.Inputs(Cases));

    /// <summary>
    /// A compressed file may cost what it can hold at most, however little of that is there.
    /// </summary>
    private static void IsReadOrRefused(byte[] content)
    {
        using var file = new MemoryStream(content);
        long most = (1 << 20) + (GzipContainer.IsGzip(file) ? GzipContainer.MostContent(file) : 0);
        Assert.InRange(Allocation.Of(() => Try(() => IdxFile.ReadImages(new MemoryStream(content), "file"))), 0, most);
        Assert.InRange(Allocation.Of(() => Try(() => IdxFile.ReadLabels(new MemoryStream(content), "file"))), 0, most);
    }

    private static void Try(Action read)
    {
        try
        {
            read();
        }
        catch (InvalidInputException e)
        {
            Assert.InRange(e.Message.Length, 1, 400);
        }
    }

    private static byte[] Content(int count, bool compressed, bool labels)
    {
        byte[] plain = labels ? Idx.Labels(count) : Idx.Images(count);
        return compressed ? Idx.Gzip(plain) : plain;
    }

    private static byte[] Mutate(byte[] content, (int Position, byte Value)[] changes, int length)
    {
        foreach ((int position, byte value) in changes)
        {
            content[position % Math.Min(content.Length, position % 2 == 0 ? 24 : int.MaxValue)] = value;
        }

        return content[..Math.Min(length, content.Length)];
    }
}

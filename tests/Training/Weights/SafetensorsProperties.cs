using System.Runtime.InteropServices;
using System.Text;

using CsCheck;

using Mnist.Distributed.Contracts;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training.Weights;

using Xunit;

namespace Mnist.Distributed.Tests.Training.Weights;

[Trait(Fuzz.Trait, Fuzz.Category)]
public sealed class SafetensorsProperties
{
    private const int Cases = 2000;

    private static readonly Gen<string> Text = Gen.String[0, 12].Select(text => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)));

    private static readonly Gen<NamedTensor> Tensor =
        from name in Text
        from type in Gen.Enum<DType>()
        from shape in Gen.Long[0, 4].Array[0, 3]
        let bytes = (int)type.ByteLength(shape)!.Value
        from data in Gen.Byte.Array[bytes]
        select new NamedTensor(name, type, shape, data);

    private static readonly Gen<NamedTensor[]> Tensors =
        Tensor.Array[0, 5].Select(tensors => tensors.DistinctBy(tensor => tensor.Name).ToArray());

    /// <summary>
    /// Pieces of headers in any order. They are closer to valid headers than random bytes are.
    /// </summary>
    private static readonly Gen<string> Header = Gen.OneOf<string>(
        "{", "}", "[", "]", ":", ",", "\"a\"", "\"b\"", "\"dtype\"", "\"shape\"", "\"data_offsets\"", "\"F32\"", "\"I64\"",
        "0", "4", "8", "-1", "9223372036854775807", "1e9", "null", "\"__metadata__\"", "\"\\ud800\"", " ",
        """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}""", ""","b":{"dtype":"I64","shape":[],"data_offsets":[4,12]}""")
        .Array[0, 12].Select(fragments => string.Concat(fragments));

    [Fact]
    public void Tensors_survive_writing_and_reading() => Tensors.Sample(tensors =>
    {
        byte[] content = Written(tensors);
        IReadOnlyList<NamedTensor> read = SafetensorsReader.Read(new MemoryStream(content), "weights").Tensors;

        Assert.Equal(tensors.Select(tensor => (tensor.Name, tensor.Type)), read.Select(tensor => (tensor.Name, tensor.Type)));
        Assert.Equal(tensors.Select(tensor => tensor.Shape), read.Select(tensor => tensor.Shape));
        Assert.Equal(tensors.Select(tensor => tensor.Data.ToArray()), read.Select(tensor => tensor.Data.ToArray()));
        Assert.Equal(content, Written(read));
    });

    [Fact]
    public void Metadata_survive_writing_and_reading_whatever_their_order() =>
        Gen.Select(Tensors, Gen.Dictionary(Text, Text)[0, 5]).Sample((tensors, metadata) =>
        {
            using var stream = new MemoryStream();
            using var reversed = new MemoryStream();
            SafetensorsWriter.Write(stream, tensors, metadata);
            SafetensorsWriter.Write(reversed, tensors, metadata.Reverse().ToDictionary());
            stream.Position = 0;
            SafetensorsContent read = SafetensorsReader.Read(stream, "weights");

            Assert.Equal(metadata.OrderBy(entry => entry.Key), read.Metadata.OrderBy(entry => entry.Key));
            Assert.Equal(tensors.Length, read.Tensors.Count);
            Assert.Equal(0, MemoryMarshal.Read<long>(stream.ToArray()) % 8);
            Assert.Equal(stream.ToArray(), reversed.ToArray());
        });

    [Fact]
    public void Data_start_at_a_multiple_of_eight() => Tensors.Sample(tensors =>
        Assert.Equal(0, MemoryMarshal.Read<long>(Written(tensors)) % 8));

    [Fact]
    public void Random_bytes_are_refused_without_taking_memory() => Gen.Byte.Array[0, 200].Sample(IsReadOrRefused, iter: Fuzz.Inputs(Cases));

    [Fact]
    public void Random_headers_are_read_or_refused_without_taking_memory() =>
        Gen.Select(Header, Gen.Byte.Array[0, 16]).Sample(
            (header, data) => IsReadOrRefused(SafetensorsBytes.File(header, data)), iter: Fuzz.Inputs(Cases));

    [Fact]
    public void Mutated_files_are_read_or_refused_without_taking_memory() =>
        Gen.Select(Tensors, Gen.Select(Gen.Int[0, 10_000], Gen.Byte).Array[1, 5]).Sample((tensors, changes) =>
        {
            IsReadOrRefused(Fuzz.Change(Written(tensors), changes));
        }, iter: Fuzz.Inputs(Cases));

    private static byte[] Written(IReadOnlyList<NamedTensor> tensors)
    {
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, tensors);
        return stream.ToArray();
    }

    private static void IsReadOrRefused(byte[] content) => Assert.InRange(
        Allocation.Of(() =>
        {
            try
            {
                SafetensorsReader.Read(new MemoryStream(content), "weights");
            }
            catch (InvalidInputException e)
            {
                Assert.InRange(e.Message.Length, 1, 600);
            }
        }),
        0,
        1 << 20);
}

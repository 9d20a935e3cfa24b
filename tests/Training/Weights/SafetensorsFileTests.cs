using System.Text;

using Mnist.Distributed.Contracts;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training.Weights;

using Xunit;

namespace Mnist.Distributed.Tests.Training.Weights;

public sealed class SafetensorsFileTests
{
    [Fact]
    public void Written_bytes_are_those_of_the_format()
    {
        const string Header =
            """{"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"step":{"dtype":"I64","shape":[],"data_offsets":[8,16]}}""";
        using var stream = new MemoryStream();

        SafetensorsWriter.Write(stream,
        [
            new NamedTensor("w", DType.F32, [1, 2], new byte[] { 0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0 }),
            new NamedTensor("step", DType.I64, [], new byte[] { 7, 0, 0, 0, 0, 0, 0, 0 }),
        ]);

        int padded = (Header.Length + 7) / 8 * 8;
        byte[] expected =
        [
            (byte)padded, 0, 0, 0, 0, 0, 0, 0,
            .. Encoding.ASCII.GetBytes(Header.PadRight(padded)),
            0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0,
            7, 0, 0, 0, 0, 0, 0, 0,
        ];
        Assert.Equal(expected, stream.ToArray());
    }

    [Fact]
    public void Metadata_come_first_in_the_order_of_their_names()
    {
        const string Header = """{"__metadata__":{"Z":"é","a":"[\"b\"]","format":"pt"}}""";
        using var stream = new MemoryStream();

        SafetensorsWriter.Write(stream, [], new Dictionary<string, string> { ["format"] = "pt", ["a"] = "[\"b\"]", ["Z"] = "é" });

        int length = Encoding.UTF8.GetByteCount(Header);
        Assert.Equal(SafetensorsBytes.File(Header + new string(' ', -length & 7)), stream.ToArray());
    }

    [Fact]
    public void File_without_tensors_is_valid()
    {
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, []);

        Assert.Equal(SafetensorsBytes.File("{}      "), stream.ToArray());
        Assert.Empty(Read(stream.ToArray()).Tensors);
    }

    [Fact]
    public void Tensors_come_in_the_order_of_the_header_wherever_their_data_lie()
    {
        IReadOnlyList<NamedTensor> tensors = Read(SafetensorsBytes.File(
            """
            {
              "__metadata__": {"format": "pt"},
              "b": {"data_offsets": [4, 8], "shape": [1], "dtype": "F32"},
              "a": {"dtype": "F32", "shape": [], "data_offsets": [0, 4]},
              "none": {"dtype": "I64", "shape": [3, 0], "data_offsets": [4, 4]}
            }
            """,
            1, 2, 3, 4, 5, 6, 7, 8)).Tensors;

        Assert.Equal(["b", "a", "none"], tensors.Select(tensor => tensor.Name));
        Assert.Equal([5, 6, 7, 8], tensors[0].Data.ToArray());
        Assert.Equal([1, 2, 3, 4], tensors[1].Data.ToArray());
        Assert.Equal([1], tensors[0].Shape);
        Assert.Equal([], tensors[1].Shape);
        Assert.Equal((DType.I64, 0), (tensors[2].Type, tensors[2].Data.Length));
    }

    [Fact]
    public void Files_are_written_and_read_by_path()
    {
        using var folder = new TemporaryFolder();
        string path = folder["run/weights.safetensors"];

        SafetensorsFile.Write(path, [new NamedTensor("w", DType.I64, [1], new byte[8])]);

        Assert.Equal([path], folder.Files);
        Assert.Equal("w", Assert.Single(SafetensorsFile.Read(path).Tensors).Name);
        Assert.Contains("does not exist", Assert.Throws<InvalidInputException>(() => SafetensorsFile.Read(folder["nothing"])).Message);
        Assert.Throws<InvalidInputException>(() => SafetensorsFile.Read(folder.Path));
    }

    [Theory]
    [InlineData("a", 4, 1)]
    [InlineData("a", 8, 1)]
    [InlineData("__metadata__", 4, 1)]
    [InlineData("b", 5, 1)]
    [InlineData("b", 4, -1)]
    public void Tensors_that_make_no_valid_file_are_not_written(string name, int bytes, long length)
    {
        using var stream = new MemoryStream();
        NamedTensor[] tensors = [new("a", DType.F32, [1], new byte[4]), new(name, DType.F32, [length], new byte[bytes])];

        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(stream, tensors));
        Assert.Equal(0, stream.Length);
    }

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("[]", "the header is not a JSON object")]
    [InlineData("{", "not valid JSON")]
    [InlineData("{} {}", "not valid JSON")]
    [InlineData("{}x", "not valid JSON")]
    [InlineData("""{"a":1}""", "the entry of 'a' is not a JSON object")]
    [InlineData("""{"a":{}}""", "the entry of 'a' needs a dtype")]
    [InlineData("""{"a":{"dtype":7}}""", "the dtype of 'a' is not a JSON string")]
    [InlineData("""{"a":{"dtype":"F32","shape":1}}""", "the shape of 'a' is not a JSON array")]
    [InlineData("""{"a":{"dtype":"F32","shape":["1"]}}""", "the shape of 'a' must be whole numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5]}}""", "the shape of 'a' must be whole numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1]}}""", "the shape of 'a' must be whole numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775808]}}""", "the shape of 'a' must be whole numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}}""", "the shape of 'a' must be at most 16 numbers")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32"}}""", "has 'dtype' twice")]
    [InlineData("""{"a":{"stride":[1]}}""", "has 'stride' twice or should not have it")]
    [InlineData("""{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}""", "the type of 'a' is 'BF16', and only F32 and I64 are supported")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", "needs a dtype, a shape and two data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", "needs a dtype, a shape and two data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,5]}}""", "shape [1] cannot lie from byte 0 to 5")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", "cannot lie from byte 4 to 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", "cannot lie from byte 0 to 0")]
    [InlineData("""{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}""", "describes 8 bytes of data and there are 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "begins at byte 4 where the data before it ends at 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "begins at byte 0 where the data before it ends at 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "the name 'a' occurs twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\u0061":{}}""", "the name 'a' occurs twice")]
    [InlineData("""{"__metadata__":{"a":1}}""", "each value in __metadata__ is not a JSON string")]
    [InlineData("""{"__metadata__":{"a":"1","a":"1"}}""", "the name 'a' occurs twice in __metadata__")]
    [InlineData("""{"__metadata__":{"a":"\ud800"}}""", "not valid UTF-8")]
    [InlineData("""{"__metadata__":[]}""", "__metadata__ is not a JSON object")]
    [InlineData("""{"\ud800":{}}""", "not valid UTF-8")]
    [InlineData("{}", "describes 0 bytes of data and there are 4")]
    public void Invalid_header_is_an_error(string header, string expected) =>
        Assert.Contains(expected, Error(SafetensorsBytes.File(header, 0, 0, 0, 0)));

    [Fact]
    public void Header_that_is_no_text_is_an_error() =>
        Assert.Contains("not valid UTF-8", Error(SafetensorsBytes.File([.. "{\""u8, 0xff, .. "\":{}}"u8])));

    [Theory]
    [InlineData(3UL, "claims 3 bytes where only 2 follow")]
    [InlineData(100_000_001UL, "more than the 100000000 allowed")]
    [InlineData(ulong.MaxValue, "more than the 100000000 allowed")]
    public void Lying_header_length_is_an_error_and_takes_no_memory(ulong length, string expected)
    {
        byte[] content = [.. BitConverter.GetBytes(length), .. "{}"u8];

        Assert.InRange(Allocation.Of(() => Assert.Contains(expected, Error(content))), 0, 1 << 20);
    }

    [Fact]
    public void Lying_shape_takes_no_memory()
    {
        byte[] content = SafetensorsBytes.File("""{"a":{"dtype":"F32","shape":[500000000],"data_offsets":[0,2000000000]}}""", 0);

        Assert.InRange(Allocation.Of(() => Error(content)), 0, 1 << 20);
    }

    [Fact]
    public void Every_proper_prefix_is_an_error()
    {
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, [new NamedTensor("w", DType.F32, [2], new byte[8])]);
        byte[] content = stream.ToArray();

        Assert.All(Enumerable.Range(0, content.Length), length => Error(content[..length]));
        Assert.Contains("describes 8 bytes of data and there are 9", Error([.. content, 0]));
    }

    [Fact]
    public void Hostile_names_are_not_printed_as_they_are()
    {
        string message = Error(SafetensorsBytes.File($$"""{"\u001b[2J{{new string('x', 100_000)}}":1}"""));

        Assert.InRange(message.Length, 1, 300);
        Assert.DoesNotContain('\u001b', message);
    }

    private static SafetensorsContent Read(byte[] content) => SafetensorsReader.Read(new MemoryStream(content), "weights");

    private static string Error(byte[] content) => Assert.Throws<InvalidInputException>(() => Read(content)).Message;
}

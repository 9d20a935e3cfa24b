using System.Buffers;

using CsCheck;

using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Tests.Contracts.Wire;
using Mnist.Distributed.Tests.Training.Files;
using Orleans.Serialization;
using Orleans.Serialization.Buffers;

using Xunit;

namespace Mnist.Distributed.Tests.Contracts.State;

/// <summary>Bytes of vectors that no silo would send.</summary>
[Trait(Fuzz.Trait, Fuzz.Category)]
public sealed class HostileVectorTests
{
    private const int Cases = 5000;

    /// <summary>The bytes before a vector's length: field and type.</summary>
    private static readonly byte[] Header = WireFormat.Write(ParameterVector.Empty)[..^1];

    private static readonly Gen<(int Position, byte Value)[]> Changes = Gen.Select(Gen.Int[0, 1000], Gen.Byte).Array[1, 4];

    [Fact]
    public void Random_bytes_take_no_memory() => Gen.Byte.Array[0, 60].Sample(bytes => Read<ParameterVector>(bytes), iter: Fuzz.Inputs(Cases));

    [Fact]
    public void A_mutated_message_takes_no_memory() => Gen.Select(Gen.Float.Array[0, 20], Changes).Sample(
        (values, changes) => Read<GradientNode>(Mutate(WireFormat.Write(Node(values)), first: 0, changes)),
        iter: Fuzz.Inputs(Cases));

    [Fact]
    public void A_vector_whose_length_or_data_were_mutated_is_read_or_refused() => Gen.Select(Gen.Float.Array[0, 20], Changes).Sample(
        (values, changes) => IsReadOrRefused(Mutate(WireFormat.Write(new ParameterVector(values)), Header.Length, changes)),
        iter: Fuzz.Inputs(Cases));

    [Fact]
    public void A_vector_cut_short_is_refused() => Gen.Select(Gen.Float.Array[1, 20], Gen.Int[0, 1000]).Sample((values, any) =>
    {
        var bytes = WireFormat.Write(new ParameterVector(values));
        Assert.NotNull(IsReadOrRefused(bytes[..(any % bytes.Length)]));
    });

    [Theory]
    [InlineData(8)]
    [InlineData(1 << 20)]
    [InlineData(ParameterVectorCodec.MaxBytes)]
    [InlineData(ParameterVectorCodec.MaxBytes + 4)]
    [InlineData(uint.MaxValue - 3)]
    public void A_length_beyond_the_message_is_refused_before_memory_is_taken(uint length) => Assert.NotNull(IsReadOrRefused(Claim(length)));

    [Fact]
    public void A_length_that_is_no_number_of_floats_is_refused() => Assert.IsType<SerializerException>(IsReadOrRefused(Claim(3)));

    private static GradientNode Node(float[] values) => new(1, 2, new ParameterVector(values), new StepTotals(3, 4, 5, 5));

    /// <summary>A vector that claims a length and has four bytes.</summary>
    private static byte[] Claim(uint length)
    {
        var claim = new ArrayBufferWriter<byte>();
        var writer = Writer.Create(claim, session: null!);
        writer.WriteVarUInt32(length);
        writer.Commit();

        return [.. Header, .. claim.WrittenSpan, 1, 2, 3, 4];
    }

    private static byte[] Mutate(byte[] bytes, int first, (int Position, byte Value)[] changes)
    {
        foreach (var (position, value) in changes)
        {
            bytes[first + (position % (bytes.Length - first))] = value;
        }

        return bytes;
    }

    /// <summary>
    /// Orleans' own reader refuses bytes that end too early, or have a length of more than 32 bits,
    /// with other exceptions.
    /// </summary>
    private static Exception? IsReadOrRefused(byte[] bytes)
    {
        var refusal = Read<ParameterVector>(bytes);
        Assert.True(refusal is null or SerializerException or InvalidOperationException or OverflowException, $"{refusal}");
        return refusal;
    }

    /// <summary>
    /// Reads bytes with little memory; returns the reason if the bytes were refused.
    /// </summary>
    private static Exception? Read<T>(byte[] bytes)
    {
        Exception? refusal = null;
        Assert.InRange(Allocation.Of(() => refusal = Record.Exception(() => WireFormat.Read<T>(bytes))), 0, 1 << 18);
        return refusal;
    }
}

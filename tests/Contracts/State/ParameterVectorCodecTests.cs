using CsCheck;

using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Tests.Contracts.Wire;

using Xunit;

namespace Mnist.Distributed.Tests.Contracts.State;

public sealed class ParameterVectorCodecTests
{
    /// <summary>
    /// Floats of any bits: numbers, infinities, NaN with any payload, zeros of both signs.
    /// </summary>
    private static readonly Gen<float> Float = Gen.OneOf(
        Gen.UInt.Select(BitConverter.UInt32BitsToSingle),
        Gen.UInt[0x7F80_0001, 0x7FFF_FFFF].Select(BitConverter.UInt32BitsToSingle),
        Gen.OneOf<float>(0f, -0f, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon));

    [Fact]
    public void Every_bit_arrives() => Float.Array[0, 200].Sample(values =>
        Assert.Equal(Bits(values), Bits(WireFormat.RoundTrip(new ParameterVector(values)).Span)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1_000_003)]
    public void Any_length_takes_its_bytes_and_little_more(int length)
    {
        var values = new float[length];
        new Random(length).NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));

        var bytes = WireFormat.Write(new ParameterVector(values));

        Assert.InRange(bytes.Length, length * sizeof(float), (length * sizeof(float)) + 24);
        Assert.Equal(Bits(values), Bits(WireFormat.Read<ParameterVector>(bytes).Span));
    }

    [Fact]
    public void A_slice_travels_without_its_surroundings() =>
        Assert.Equal([2f, 3f], WireFormat.RoundTrip(new ParameterVector(new[] { 1f, 2f, 3f, 4f }.AsMemory(1, 2))).Span.ToArray());

    [Fact]
    public void Null_stays_null() => Assert.Null(WireFormat.RoundTrip<ParameterVector?>(null));

    [Fact]
    public void A_vector_used_twice_in_a_message_is_written_once()
    {
        var vector = ParameterVector.CopyOf(Enumerable.Repeat(1f, 1000).ToArray());
        var bytes = WireFormat.Write(new TrainingState(1, vector, vector, 2, default, Ledger.StartingAt(1)));

        var arrived = WireFormat.Read<TrainingState>(bytes);

        Assert.Same(arrived.Parameters, arrived.Slots);
        Assert.Equal(vector.Span, arrived.Slots.Span);
        Assert.InRange(bytes.Length, 4000, 4200);
    }

    [Fact]
    public void Fields_after_a_vector_are_read_where_they_are() => Float.Array[0, 50].Sample(values =>
    {
        var sent = new GradientNode(1, 2, new ParameterVector(values), new StepTotals(3, 4, 5, 5));
        Assert.Equal(Contents.Of(sent), Contents.Of(WireFormat.RoundTrip(sent)));
    });

    [Fact]
    public void A_copy_is_the_vector_itself()
    {
        var vector = ParameterVector.CopyOf([1f]);
        var update = new StepUpdate(1, vector, default, null);

        Assert.Same(vector, WireFormat.Copy(vector));
        Assert.Same(vector, WireFormat.Copy(update).Gradient);
    }

    private static uint[] Bits(ReadOnlySpan<float> values) => Array.ConvertAll(values.ToArray(), BitConverter.SingleToUInt32Bits);
}

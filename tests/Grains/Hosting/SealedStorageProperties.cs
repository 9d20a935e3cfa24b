using CsCheck;

using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Grains.Hosting;
using Mnist.Distributed.Grains.Runs;
using Mnist.Distributed.Tests.Contracts.Wire;

using Xunit;

namespace Mnist.Distributed.Tests.Grains.Hosting;

public sealed class SealedStorageProperties
{
    private static readonly SealedStorageSerializer Serializer = new(WireFormat.Serializer);

    private static readonly byte[] Stored = Serializer.Serialize(new RunRecord { Status = RunStatus.Running, Version = 7, Writer = "writer" }).ToArray();

    [Fact]
    public void What_is_stored_is_read()
    {
        var record = Serializer.Deserialize<RunRecord>(new BinaryData(Stored));

        Assert.Equal((RunStatus.Running, 7L, "writer", null), (record.Status, record.Version, record.Writer, record.Damage));
    }

    [Fact]
    public void Any_flipped_bit_is_noticed()
    {
        for (var bit = 0; bit < Stored.Length * 8; bit++)
        {
            var damaged = Stored.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            IsDamaged(damaged);
        }
    }

    [Fact]
    public void Anything_cut_off_or_added_is_noticed() => Gen.Select(Gen.Int[0, Stored.Length - 1], Gen.Byte.Array[1, 40]).Sample((length, more) =>
    {
        IsDamaged(Stored[..length]);
        IsDamaged([.. Stored, .. more]);
    });

    [Fact]
    public void State_that_cannot_say_that_it_is_damaged_is_not_read()
    {
        var stored = Serializer.Serialize(new InitialState()).ToArray();
        stored[^1] ^= 1;
        Assert.Throws<InvalidDataException>(() => Serializer.Deserialize<InitialState>(new BinaryData(stored)));
    }

    private static void IsDamaged(byte[] stored) => Assert.NotNull(Serializer.Deserialize<RunRecord>(new BinaryData(stored)).Damage);
}

using System.Reflection;
using System.Security.Cryptography;
using CsCheck;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Grains.Runs;
using Mnist.Distributed.Hosting.Stores;
using Mnist.Distributed.Tests.Contracts.Wire;
using Mnist.Distributed.Tests.Training.Files;
using Xunit;

namespace Mnist.Distributed.Tests.Hosting.Stores;

[Trait(Fuzz.Trait, Fuzz.Category)]
public sealed class SealedStorageProperties
{
    private static readonly SealedStorageSerializer Serializer = new(WireFormat.Serializer, identity: null);

    private static readonly byte[] Stored = Serializer.Serialize(new RunRecord { Status = RunStatus.Running, Version = 7, Writer = "writer" }).ToArray();

    private const long MostAllocated = 1 << 20;

    private static readonly byte[] NoSeal = new byte[sizeof(int)];

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
    public void What_is_whole_but_cannot_be_read_is_damaged_too() => Gen.Byte.Array[0, 60].Sample(contents =>
    {
        byte[] stored = [.. SHA256.HashData(contents), .. NoSeal, .. contents];
        var record = Record.Exception(() => Serializer.Deserialize<RunRecord>(new BinaryData(stored)));

        Assert.Null(record);
    });

    [Fact]
    public void Changed_contents_with_a_right_checksum_are_read_or_damaged_and_take_little_memory() =>
        Gen.Select(Gen.Int[0, 10_000], Gen.Byte).Array[1, 4].Sample(
            changes =>
            {
                var contents = Fuzz.Change(Stored[(SHA256.HashSizeInBytes + NoSeal.Length)..], changes);
                byte[] stored = [.. SHA256.HashData(contents), .. NoSeal, .. contents];
                Assert.InRange(Allocation.Of(() => Serializer.Deserialize<RunRecord>(new BinaryData(stored))), 0, MostAllocated);
            },
            iter: Fuzz.Inputs(5000));

    [Fact]
    public void What_another_build_has_stored_is_said_to_be_so()
    {
        byte[] contents = [0xFF, 0xFF, 0xFF, 0xFF];
        byte[] stored = [.. SHA256.HashData(contents), .. NoSeal, .. contents];

        Assert.Contains("another", Serializer.Deserialize<RunRecord>(new BinaryData(stored)).Damage, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_state_of_a_grain_says_itself_that_it_is_damaged()
    {
        const BindingFlags members = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly;
        Type[] states =
        [
            .. typeof(RunRecord).Assembly.GetTypes()
                .SelectMany(type => type.GetFields(members))
                .Select(field => field.FieldType)
                .Select(type => type.IsGenericType && !type.Name.StartsWith("IPersistentState", StringComparison.Ordinal) ? type.GetGenericArguments()[0] : type)
                .Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IPersistentState<>))
                .Select(type => type.GetGenericArguments()[0])
                .Distinct(),
        ];

        Assert.True(states.Length >= 3);
        Assert.All(states, state => Assert.True(state.IsAssignableTo(typeof(IDamageable)), $"{state.Name} is not {nameof(IDamageable)}: its grain cannot be activated when it is damaged."));
    }

    [Fact]
    public void State_that_cannot_say_that_it_is_damaged_is_not_read()
    {
        var stored = Serializer.Serialize("a text").ToArray();
        stored[^1] ^= 1;
        Assert.Throws<InvalidDataException>(() => Serializer.Deserialize<string>(new BinaryData(stored)));
    }

    private static void IsDamaged(byte[] stored) => Assert.NotNull(Serializer.Deserialize<RunRecord>(new BinaryData(stored)).Damage);
}

using System.Security.Cryptography;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Grains.Runs;
using Mnist.Distributed.Hosting.Identity;
using Mnist.Distributed.Hosting.Stores;
using Mnist.Distributed.Tests.Contracts.Wire;
using Mnist.Distributed.Tests.Hosting.Identity;
using Xunit;

namespace Mnist.Distributed.Tests.Hosting.Stores;

/// <summary>A silo with an identity reads only what a silo of its cluster has stored.</summary>
public sealed class SignedRecordTests : IDisposable
{
    private const int LengthOfSeal = SHA256.HashSizeInBytes;

    private readonly Identities _identities = new();
    private readonly SealedStorageSerializer _silo;

    public SignedRecordTests() => _silo = With(_identities.Issue("silo", ClusterRole.Silo));

    [Fact]
    public void Record_of_another_silo_is_read()
    {
        var other = With(_identities.Issue("other", ClusterRole.Silo));
        Assert.Equal((7, null), Read(Store(other)));
        Assert.Equal("other", _silo.Deserialize<RunRecord>(new BinaryData(Store(other))).Signer);
    }

    [Fact]
    public void Record_that_was_changed_and_sealed_again_is_found_out()
    {
        var signed = Store(_silo);
        var changed = Store(With(null), version: 8);
        var seal = BitConverter.ToInt32(signed, LengthOfSeal);
        byte[] forged = [.. changed[..LengthOfSeal], .. signed[LengthOfSeal..(LengthOfSeal + sizeof(int) + seal)], .. changed[(LengthOfSeal + sizeof(int))..]];

        Assert.Equal("it was changed after a silo had signed it", Read(forged).Damage);
    }

    [Fact]
    public void Record_without_a_signature_is_refused() => Assert.Equal("it is not signed by a silo of this cluster", Read(Store(With(null))).Damage);

    [Fact]
    public void Record_signed_by_a_client_or_a_stranger_is_refused()
    {
        using var others = new Identities();
        Assert.Contains("may not be used for this", Read(Store(With(_identities.Issue("kim", ClusterRole.Operator)))).Damage, StringComparison.Ordinal);
        Assert.Contains("is of no authority of this cluster", Read(Store(With(others.Issue("silo", ClusterRole.Silo)))).Damage, StringComparison.Ordinal);
    }

    [Fact]
    public void Record_outlives_its_certificate_and_its_authority()
    {
        var old = Store(With(_identities.Issue("old", ClusterRole.Silo, TimeSpan.FromMilliseconds(1))));
        _identities.Authority = _identities.Authority.Rotate();
        _identities.Authority = _identities.Authority.Finish();

        var silo = With(_identities.Issue("new", ClusterRole.Silo));
        Assert.Equal((7, null), Read(old, silo));
    }

    [Fact]
    public void Any_flipped_bit_is_noticed()
    {
        var stored = Store(_silo);
        var missed = Enumerable.Range(0, stored.Length * 8).Where(bit =>
        {
            var damaged = stored.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            return Read(damaged).Damage is null;
        });
        Assert.Empty(missed);
    }

    public void Dispose() => _identities.Dispose();

    private static SealedStorageSerializer With(IdentityWatch? identity) => new(WireFormat.Serializer, identity);

    private static byte[] Store(SealedStorageSerializer serializer, long version = 7) =>
        serializer.Serialize(new RunRecord { Status = RunStatus.Running, Version = version }).ToArray();

    private (long Version, string? Damage) Read(byte[] stored, SealedStorageSerializer? silo = null)
    {
        var record = (silo ?? _silo).Deserialize<RunRecord>(new BinaryData(stored));
        return (record.Version, record.Damage);
    }
}

using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Grains.Runs;
using Mnist.Distributed.Hosting.Identity;
using Mnist.Distributed.Hosting.Stores;
using Mnist.Distributed.Tests.Contracts.Wire;
using Xunit;

namespace Mnist.Distributed.Tests.Hosting.Identity;

/// <summary>A run goes on after the key of a silo was revoked, and the record says so.</summary>
public sealed class RevokedSignerTests : IDisposable
{
    private readonly Identities _identities = new();

    [Fact]
    public void Record_of_a_revoked_silo_is_read_and_says_so()
    {
        var stored = With("lost").Serialize(new RunRecord { Status = RunStatus.Running });
        var before = With("before");
        Assert.Equal((null, "lost", false), Read(before, stored));

        Assert.Equal(1, _identities.Authority.Revoke("lost"));
        var after = With("after");
        Assert.Equal((null, "lost", true), Read(after, stored));
        Assert.Equal((null, "before", false), Read(after, before.Serialize(new RunRecord())));
    }

    [Fact]
    public void Certificate_that_was_issued_again_is_not_revoked()
    {
        _identities.Issue("lost", ClusterRole.Silo);
        _identities.Authority.Revoke("lost");

        var stored = With("lost").Serialize(new RunRecord());
        Assert.Equal((null, "lost", false), Read(With("silo"), stored));
    }

    public void Dispose() => _identities.Dispose();

    private static (string? Damage, string? Signer, bool IsSignerRevoked) Read(SealedStorageSerializer silo, BinaryData stored)
    {
        var record = silo.Deserialize<RunRecord>(stored);
        return (record.Damage, record.Signer, record.IsSignerRevoked);
    }

    /// <summary>A silo that knows what has been revoked until now.</summary>
    private SealedStorageSerializer With(string silo) => new(WireFormat.Serializer, _identities.Issue(silo, ClusterRole.Silo));
}

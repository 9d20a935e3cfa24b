using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Commands.Verify;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Commands.Verify;

/// <summary>What <c>mnist verify</c> says about the stored copies of a record.</summary>
public sealed class RecordProofTests
{
    private static readonly StoredCopy Sound = new(null, "silo-1");

    [Fact]
    public void Sound_copies_prove_who_has_written_them()
    {
        var proof = new RecordProof([Sound, new StoredCopy(null, "silo-2")]);

        Assert.True(proof.Holds);
        Assert.Equal("The stored copies of the run's record are signed with the certificate of silo-1 and silo-2.", Assert.Single(proof.Sentences));
    }

    [Fact]
    public void Copies_of_silos_that_do_not_sign_are_taken_as_they_are()
    {
        var proof = new RecordProof([new StoredCopy(null, null)]);

        Assert.True(proof.Holds);
        Assert.Contains("not signed", Assert.Single(proof.Sentences), StringComparison.Ordinal);
    }

    [Fact]
    public void Copy_of_a_revoked_silo_proves_nothing()
    {
        var proof = new RecordProof([Sound, new StoredCopy(null, "silo-2", IsSignerRevoked: true)]);

        Assert.False(proof.Holds);
        Assert.Equal(
            "A stored copy of the run's record is signed with a certificate of silo-2 that has been revoked, so somebody else may have written it.",
            Assert.Single(proof.Sentences));
    }

    [Fact]
    public void Every_doubt_is_named()
    {
        var proof = new RecordProof([new StoredCopy("it is not signed by a silo of this cluster", null), new StoredCopy(null, "silo-2", IsSignerRevoked: true)]);

        Assert.False(proof.Holds);
        Assert.Equal("A stored copy of the run's record cannot be used: it is not signed by a silo of this cluster.", proof.Sentences[0]);
        Assert.Contains("has been revoked", proof.Sentences[1], StringComparison.Ordinal);
    }
}

using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Runs;

namespace Mnist.Distributed.Coordinator.Commands.Verify;

/// <summary>What the stored copies of a run's record prove.</summary>
/// <param name="copies">The copies as they are stored now.</param>
internal sealed class RecordProof(IReadOnlyList<StoredCopy> copies)
{
    /// <summary>
    /// Whether nobody but the silos of the cluster can have written the copies. Silos without an
    /// identity do not sign; then the store is trusted.
    /// </summary>
    public bool Holds => copies.All(copy => copy is { Fault: null, IsSignerRevoked: false });

    /// <summary>What there is to say.</summary>
    public IReadOnlyList<string> Sentences
    {
        get
        {
            string[] doubts = [.. copies.Select(Doubt).OfType<string>().Distinct()];
            if (doubts.Length > 0)
            {
                return doubts;
            }

            string[] signers = [.. copies.Select(copy => copy.Signer).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
            return
            [
                signers.Length > 0
                    ? $"The stored copies of the run's record are signed with the certificate of {Printable.Of(string.Join(" and ", signers))}."
                    : "The stored copies of the run's record are sound. They are not signed: only silos with an identity sign.",
            ];
        }
    }

    private static string? Doubt(StoredCopy copy) =>
        copy.Fault is { } fault ? $"A stored copy of the run's record cannot be used: {Printable.Of(fault)}."
        : copy is { IsSignerRevoked: true, Signer: { } signer }
            ? $"A stored copy of the run's record is signed with a certificate of {Printable.Of(signer)} that has been revoked, so somebody else may have written it."
            : null;
}

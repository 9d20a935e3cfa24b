namespace Mnist.Distributed.Contracts.Runs;

/// <summary>What a run finds when it reads one of the two copies of its record again.</summary>
/// <param name="Fault">
/// Why the copy cannot be used, as the end of a sentence about it; null when it is sound.
/// </param>
/// <param name="Signer">
/// The name in the certificate of the silo that has signed the copy; null when silos of this
/// cluster do not sign, or the copy cannot be used.
/// </param>
/// <param name="IsSignerRevoked">
/// Whether that certificate has been revoked. The copy is used all the same, but whoever holds the
/// key may have signed it.
/// </param>
[GenerateSerializer, Immutable, Alias("mnist.StoredCopy")]
public sealed record StoredCopy([property: Id(0)] string? Fault, [property: Id(1)] string? Signer, [property: Id(2)] bool IsSignerRevoked = false);

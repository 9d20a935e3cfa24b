namespace Mnist.Distributed.Contracts.Runs;

/// <summary>A silo that takes part in a run.</summary>
/// <param name="Name">The silo's name.</param>
/// <param name="Address">The silo's address in the cluster.</param>
/// <param name="Fingerprint">
/// The fingerprint of its numerics: build, libtorch, instruction set, threads per operator. Silos
/// with equal fingerprints compute equal bits.
/// </param>
/// <param name="MemoryDomain">
/// Silos with equal domains can map each other's memory; null when no other silo can map the memory
/// of this one.
/// </param>
[GenerateSerializer, Immutable, Alias("mnist.SiloReport")]
public sealed record SiloReport(
    [property: Id(0)] string Name,
    [property: Id(1)] string Address,
    [property: Id(2)] string Fingerprint,
    [property: Id(3)] string? MemoryDomain = null);

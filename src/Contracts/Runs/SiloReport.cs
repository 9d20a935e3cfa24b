namespace Mnist.Distributed.Contracts.Runs;

/// <summary>A silo that takes part in a run.</summary>
/// <param name="Name">The silo's name.</param>
/// <param name="Address">The silo's address in the cluster.</param>
/// <param name="Fingerprint">What the bits of its arithmetic depend on: build, libtorch, instruction set, threads per operator.</param>
/// <param name="MemoryDomain">What it has in common with silos that can map its memory; null when no other silo can.</param>
[GenerateSerializer, Immutable, Alias("mnist.SiloReport")]
public sealed record SiloReport(
    [property: Id(0)] string Name,
    [property: Id(1)] string Address,
    [property: Id(2)] string Fingerprint,
    [property: Id(3)] string? MemoryDomain = null);

using Orleans.GrainDirectory;

namespace Mnist.Distributed.Grains.Placement;

/// <summary>
/// The directory of grains whose key names their silo: there is nothing to look up.
/// </summary>
public sealed class SiloOfKeyDirectory : IGrainDirectory
{
    /// <summary>The name it is registered by.</summary>
    public const string Name = "silo-of-key";

    /// <inheritdoc />
    public Task<GrainAddress?> Register(GrainAddress address) => Task.FromResult<GrainAddress?>(address);

    /// <inheritdoc />
    public Task<GrainAddress?> Lookup(GrainId grainId) => Task.FromResult<GrainAddress?>(null);

    /// <inheritdoc />
    public Task Unregister(GrainAddress address) => Task.CompletedTask;

    /// <inheritdoc />
    public Task UnregisterSilos(List<SiloAddress> siloAddresses) => Task.CompletedTask;
}

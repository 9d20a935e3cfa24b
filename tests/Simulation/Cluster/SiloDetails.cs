namespace Mnist.Distributed.Tests.Simulation.Cluster;

/// <summary>What a silo knows of itself.</summary>
internal sealed class SiloDetails(string name, SiloAddress address) : ILocalSiloDetails
{
    /// <inheritdoc />
    public string Name => name;

    /// <inheritdoc />
    public string ClusterId => "simulation";

    /// <inheritdoc />
    public string DnsHostName => name;

    /// <inheritdoc />
    public SiloAddress SiloAddress => address;

    /// <inheritdoc />
    public SiloAddress GatewayAddress => address;
}

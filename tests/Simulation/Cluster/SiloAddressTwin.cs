using System.Net;
using System.Reflection;

namespace Mnist.Distributed.Tests.Simulation.Cluster;

/// <summary>
/// Addresses that are equal and not the same object. Orleans mostly gives out one object for all equal addresses, but does not promise it, and
/// <c>==</c> compares objects.
/// </summary>
internal static class SiloAddressTwin
{
    private static readonly ConstructorInfo Constructor = typeof(SiloAddress).GetConstructor(
        BindingFlags.Instance | BindingFlags.NonPublic, [typeof(IPEndPoint), typeof(int)])
        ?? throw new MissingMethodException(nameof(SiloAddress));

    /// <summary>Another object for an address.</summary>
    public static SiloAddress Of(SiloAddress address) =>
        (SiloAddress)Constructor.Invoke([address.Endpoint, address.Generation]);
}

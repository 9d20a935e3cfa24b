using System.Net;
using System.Reflection;

namespace Mnist.Distributed.Tests.Simulation.Cluster;

/// <summary>
/// Makes addresses that are equal but not the same object. Orleans mostly uses one object for all
/// equal addresses but does not guarantee it, and <c>==</c> compares objects.
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

using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Grains.Hosting;
using Orleans.Configuration;

namespace Mnist.Distributed.Silo;

/// <summary>Where a silo listens, and what it tells the others.</summary>
/// <param name="Advertised">The address by which others reach the silo.</param>
/// <param name="Listening">The address of this machine that it listens on.</param>
internal sealed record SiloEndpoints(IPAddress Advertised, IPAddress Listening)
{
    /// <summary>Stands for the one address that this machine has on its network.</summary>
    public const string Auto = "auto";

    /// <summary>Stands for all addresses of this machine.</summary>
    public const string Any = "any";

    /// <summary>Reads the options <c>Silo:Address</c> and <c>Silo:Listen</c>.</summary>
    /// <exception cref="InvalidInputException">They name no address.</exception>
    public static SiloEndpoints Of(SiloProcessOptions options)
    {
        var advertised = options.Address == Auto ? Own() : Parse("Silo:Address", options.Address, $"give one by which others reach this silo, or {Auto}");
        return new SiloEndpoints(advertised, options.Listen switch
        {
            "" => advertised,
            Any => advertised.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any,
            var address => Parse("Silo:Listen", address, $"give one of this machine's, or {Any}"),
        });
    }

    /// <summary>Fills in Orleans' options; a port that is 0 becomes a free one.</summary>
    public void Configure(EndpointOptions endpoints, int siloPort, int gatewayPort)
    {
        var free = FreePorts.Take(2);
        endpoints.AdvertisedIPAddress = Advertised;
        endpoints.SiloPort = siloPort > 0 ? siloPort : free[0];
        endpoints.GatewayPort = gatewayPort > 0 ? gatewayPort : free[1];
        endpoints.SiloListeningEndpoint = new IPEndPoint(Listening, endpoints.SiloPort);
        endpoints.GatewayListeningEndpoint = new IPEndPoint(Listening, endpoints.GatewayPort);
    }

    private static IPAddress Parse(string option, string text, string advice) => IPAddress.TryParse(text, out var address)
        ? address
        : throw new InvalidInputException($"{option} '{text}' is not an IP address: {advice}.");

    private static IPAddress Own()
    {
        IPAddress[] own =
        [
            .. NetworkInterface.GetAllNetworkInterfaces()
                .Where(network => network is { OperationalStatus: OperationalStatus.Up, NetworkInterfaceType: not NetworkInterfaceType.Loopback })
                .SelectMany(network => network.GetIPProperties().UnicastAddresses)
                .Select(unicast => unicast.Address)
                .Where(address => address.AddressFamily == AddressFamily.InterNetwork),
        ];
        return own.Length == 1
            ? own[0]
            : throw new InvalidInputException(
                $"Silo:Address {Auto} needs a machine with one address, but this one has {(own.Length == 0 ? "none" : string.Join(", ", own.AsEnumerable()))}: give the address.");
    }
}

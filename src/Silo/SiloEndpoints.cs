using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Hosting;
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

    /// <summary>
    /// First byte from which on an address of IPv4 is no single machine's: multicast, reserved,
    /// broadcast.
    /// </summary>
    private const int FirstMulticast = 224;

    /// <summary>Reads the options <c>Silo:Address</c> and <c>Silo:Listen</c>.</summary>
    /// <exception cref="InvalidInputException">They name no address.</exception>
    public static SiloEndpoints Of(SiloProcessOptions options)
    {
        var advertised = options.Address == Auto ? Own() : Parse("Silo:Address", options.Address, $"give one by which others reach this silo, or {Auto}");
        if (IsAny(advertised))
        {
            throw new InvalidInputException(
                $"Silo:Address {options.Address} stands for all addresses, and is none by which others reach this silo: give one of this machine's, or {Auto}, and --Silo:Listen {Any} to listen on all.");
        }

        var listening = options.Listen switch
        {
            "" => advertised,
            Any => advertised.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any,
            var address => Parse("Silo:Listen", address, $"give one of this machine's, or {Any}"),
        };

        // IPv6's "any" takes in IPv4.
        return listening.AddressFamily == advertised.AddressFamily || listening.Equals(IPAddress.IPv6Any)
            ? new SiloEndpoints(advertised, listening)
            : throw new InvalidInputException($"Silo:Listen {listening} and Silo:Address {advertised} are not of the same version of IP: give two of one version, or --Silo:Listen {Any}.");
    }

    /// <summary>Fills in Orleans' options; a port that is 0 becomes a free one.</summary>
    public void Configure(EndpointOptions endpoints, int siloPort, int gatewayPort)
    {
        var free = FreePorts.Take(2, Listening);
        endpoints.AdvertisedIPAddress = Advertised;
        endpoints.SiloPort = siloPort > 0 ? siloPort : free[0];
        endpoints.GatewayPort = gatewayPort > 0 ? gatewayPort : free[1];
        endpoints.SiloListeningEndpoint = new IPEndPoint(Listening, endpoints.SiloPort);
        endpoints.GatewayListeningEndpoint = new IPEndPoint(Listening, endpoints.GatewayPort);
    }

    private static IPAddress Parse(string option, string text, string advice)
    {
        if (!IPAddress.TryParse(text, out var parsed))
        {
            throw new InvalidInputException($"{option} '{text}' is not an IP address: {advice}.");
        }

        var address = parsed.IsIPv4MappedToIPv6 ? parsed.MapToIPv4() : parsed;
        return address.IsIPv6Multicast || (address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes()[0] >= FirstMulticast)
            ? throw new InvalidInputException($"{option} {text} is the address of many machines at once: {advice}.")
            : address;
    }

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    /// <summary>
    /// The machine's own address: its only one of IPv4, or of IPv6 where it has none of IPv4.
    /// </summary>
    private static IPAddress Own()
    {
        var all = NetworkInterface.GetAllNetworkInterfaces()
            .Where(network => network is { OperationalStatus: OperationalStatus.Up, NetworkInterfaceType: not NetworkInterfaceType.Loopback })
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .Where(address => !address.IsIPv6LinkLocal)
            .ToLookup(address => address.AddressFamily);
        IPAddress[] own = [.. all[AddressFamily.InterNetwork]];
        if (own.Length == 0)
        {
            own = [.. all[AddressFamily.InterNetworkV6]];
        }

        return own.Length == 1
            ? own[0]
            : throw new InvalidInputException(
                $"Silo:Address {Auto} needs a machine with one address, but this one has {(own.Length == 0 ? "none" : string.Join(", ", own.AsEnumerable()))}: give the address.");
    }
}

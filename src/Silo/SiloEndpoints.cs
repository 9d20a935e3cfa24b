using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Hosting.Links;
using Orleans.Configuration;

namespace Mnist.Distributed.Silo;

/// <summary>The address on which a silo listens, and the address that it tells to others.</summary>
/// <param name="Advertised">The address by which other processes reach the silo.</param>
/// <param name="Listening">The address of this machine on which the silo listens.</param>
internal sealed record SiloEndpoints(IPAddress Advertised, IPAddress Listening)
{
    /// <summary>
    /// The value that stands for the only address of this machine on its network.
    /// </summary>
    public const string Auto = "auto";

    /// <summary>The value that stands for all addresses of this machine.</summary>
    public const string Any = "any";

    /// <summary>
    /// IPv4 addresses whose first byte is at least this number are not addresses of a single
    /// machine: they are multicast, reserved or broadcast.
    /// </summary>
    private const int FirstMulticast = 224;

    /// <summary>Reads the options <c>Silo:Address</c> and <c>Silo:Listen</c>.</summary>
    /// <exception cref="InvalidInputException">
    /// One of the options is not a usable address.
    /// </exception>
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

        // A socket on the IPv6 "any" address accepts IPv4 connections too.
        return listening.AddressFamily == advertised.AddressFamily || listening.Equals(IPAddress.IPv6Any)
            ? new SiloEndpoints(advertised, listening)
            : throw new InvalidInputException($"Silo:Listen {listening} and Silo:Address {advertised} are not of the same version of IP: give two of one version, or --Silo:Listen {Any}.");
    }

    /// <summary>Sets the options of Orleans. A port of 0 becomes a free port.</summary>
    public void Configure(EndpointOptions endpoints, ClusterLink link, int siloPort, int gatewayPort)
    {
        int[] given = [siloPort, gatewayPort];
        var free = new Queue<int>(link.TakePorts(given.Count(port => port == 0), Listening));
        endpoints.AdvertisedIPAddress = Advertised;
        endpoints.SiloPort = siloPort > 0 ? siloPort : free.Dequeue();
        endpoints.GatewayPort = gatewayPort > 0 ? gatewayPort : free.Dequeue();
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
    /// The address of this machine: its only IPv4 address, or its only IPv6 address if it has no
    /// IPv4 address.
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

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Mnist.Distributed.Contracts;
using Orleans.Messaging;

namespace Mnist.Distributed.Hosting.Gateways;

/// <summary>
/// Gateways that the user has named, so a client needs no store and no password of one. A name
/// stands for all its addresses, for example those of all silos of a service.
/// </summary>
public sealed class KnownGateways : IGatewaySource
{
    private const int Most = 64;

    private readonly DnsEndPoint[] _gateways;
    private readonly string _option;

    private KnownGateways(DnsEndPoint[] gateways, string option) => (_gateways, _option) = (gateways, option);

    /// <summary>Reads a list of gateways.</summary>
    /// <param name="text">HOST:PORT, separated by commas.</param>
    /// <param name="option">The option that the user has set, for messages.</param>
    /// <exception cref="InvalidInputException">The text is no such list.</exception>
    public static KnownGateways Parse(string text, string option)
    {
        string[] names = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        InvalidInputException.Require(names.Length is > 0 and <= Most, $"{option} names {names.Length} gateways, but must name 1 to {Most}: write HOST:PORT, separated by commas.");
        return new KnownGateways([.. names.Select(name => One(name, option))], option);
    }

    /// <inheritdoc />
    public async Task Check(string cluster)
    {
        var (found, failures) = await Resolve();
        if (found.Count == 0)
        {
            throw new InvalidInputException(
                $"No gateway in {_option} has an address ({failures[0].Message.TrimEnd('.')}): correct the names, or write the addresses of the silos.", failures[0]);
        }
    }

    /// <inheritdoc />
    public string? SocketFolder(string cluster) => null;

    /// <inheritdoc />
    public void AddTo(IClientBuilder client) => client.Services.AddSingleton<IGatewayListProvider>(new Provider(this));

    /// <inheritdoc />
    public override string ToString() => $"gateways {string.Join(", ", _gateways.Select(gateway => $"{gateway.Host}:{gateway.Port}"))}";

    private static DnsEndPoint One(string name, string option)
    {
        if (IPEndPoint.TryParse(name, out var address) && address.Port > 0)
        {
            return new DnsEndPoint(address.Address.ToString(), address.Port);
        }

        var colon = name.LastIndexOf(':');
        return colon > 0
            && Uri.CheckHostName(name[..colon]) == UriHostNameType.Dns
            && int.TryParse(name[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is > 0 and <= IPEndPoint.MaxPort
            ? new DnsEndPoint(name[..colon], port)
            : throw new InvalidInputException($"{option} holds '{Printable.Of(name)}', which is no gateway: write HOST:PORT, for example silos.example.org:30000.");
    }

    /// <summary>The addresses of the gateways now, and why names have none.</summary>
    private async Task<(IReadOnlyList<IPEndPoint> Found, IReadOnlyList<SocketException> Failures)> Resolve()
    {
        var (found, failures) = (new List<IPEndPoint>(), new List<SocketException>());
        foreach (var gateway in _gateways)
        {
            try
            {
                found.AddRange((await Dns.GetHostAddressesAsync(gateway.Host)).Select(address => new IPEndPoint(address, gateway.Port)));
            }
            catch (SocketException unknown)
            {
                failures.Add(unknown);
            }
        }

        return (found, failures);
    }

    /// <summary>
    /// Gives Orleans the gateways. Names are resolved again each time, because the silos behind a
    /// name change.
    /// </summary>
    private sealed class Provider(KnownGateways known) : IGatewayListProvider
    {
        public TimeSpan MaxStaleness => TimeSpan.FromSeconds(2);

        public bool IsUpdatable => true;

        public Task InitializeGatewayListProvider() => Task.CompletedTask;

        public async Task<IList<Uri>> GetGateways() => [.. (await known.Resolve()).Found.Distinct().Select(gateway => SiloAddress.New(gateway, 0).ToGatewayUri())];
    }
}

using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Dashboard.Server;

/// <summary>A page in a browser that shows runs, a cluster and models, while it exists.</summary>
public sealed class LivePage : IAsyncDisposable
{
    private readonly IAsyncDisposable _host;

    private LivePage(IAsyncDisposable host, Uri address)
    {
        _host = host;
        Address = address;
    }

    /// <summary>The address of the page, with the token that opens it.</summary>
    public Uri Address { get; }

    /// <summary>Starts to serve the page.</summary>
    /// <param name="address">The address to listen on.</param>
    /// <param name="port">The port; 0 for a free one.</param>
    /// <param name="content">What the page shows.</param>
    /// <exception cref="InvalidInputException">
    /// The address or the port cannot be used, or this machine does not have ASP.NET Core.
    /// </exception>
    public static Task<LivePage> Start(IPAddress address, int port, PageContent content)
    {
        AspNetRuntime.Load();
        return StartHost(new IPEndPoint(address, port), content);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _host.DisposeAsync();

    /// <summary>
    /// Types of ASP.NET Core are loaded when this method is compiled, so it is not part of its
    /// caller.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<LivePage> StartHost(IPEndPoint endpoint, PageContent content)
    {
        var token = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var (host, bound) = await PageHost.Start(endpoint, token, content);
        var name = IPAddress.Any.Equals(bound.Address) || IPAddress.IPv6Any.Equals(bound.Address) ? Dns.GetHostName() : new UriBuilder { Host = bound.Address.ToString() }.Host;
        return new LivePage(host, new Uri($"http://{name}:{bound.Port}/?t={token}"));
    }
}

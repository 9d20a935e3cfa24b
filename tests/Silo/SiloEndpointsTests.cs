using System.Net;
using System.Net.Sockets;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Hosting.Links;
using Mnist.Distributed.Silo;
using Mnist.Distributed.Tests.Processes;
using Orleans.Configuration;

using Xunit;

namespace Mnist.Distributed.Tests.Silo;

/// <summary>
/// The addresses on which a silo listens, and the addresses that it tells to the others.
/// </summary>
public sealed class SiloEndpointsTests
{
    [Theory]
    [InlineData("127.0.0.1", "", "127.0.0.1", "127.0.0.1")]
    [InlineData("10.0.0.7", "any", "10.0.0.7", "0.0.0.0")]
    [InlineData("10.0.0.7", "0.0.0.0", "10.0.0.7", "0.0.0.0")]
    [InlineData("10.0.0.7", "::", "10.0.0.7", "::")]
    [InlineData("::1", "", "::1", "::1")]
    [InlineData("fd00::7", "any", "fd00::7", "::")]
    [InlineData("::ffff:10.0.0.7", "", "10.0.0.7", "10.0.0.7")]
    public void A_silo_listens_where_it_is_told_or_where_others_reach_it(string address, string listen, string advertised, string listening)
    {
        var endpoints = SiloEndpoints.Of(new SiloProcessOptions { Address = address, Listen = listen });

        Assert.Equal((IPAddress.Parse(advertised), IPAddress.Parse(listening)), (endpoints.Advertised, endpoints.Listening));
    }

    [Theory]
    [InlineData("0.0.0.0", "", "Silo:Address")]
    [InlineData("0", "", "Silo:Address")]
    [InlineData("::", "", "Silo:Address")]
    [InlineData("::ffff:0.0.0.0", "any", "Silo:Address")]
    [InlineData("224.0.0.1", "", "Silo:Address")]
    [InlineData("239.255.255.250", "", "Silo:Address")]
    [InlineData("255.255.255.255", "", "Silo:Address")]
    [InlineData("ff02::1", "", "Silo:Address")]
    [InlineData("here", "", "Silo:Address")]
    [InlineData("", "", "Silo:Address")]
    [InlineData("10.0.0.7", "ff02::1", "Silo:Listen")]
    [InlineData("10.0.0.7", "here", "Silo:Listen")]
    [InlineData("10.0.0.7", "::1", "Silo:Listen")]
    [InlineData("::1", "0.0.0.0", "Silo:Listen")]
    public void What_is_no_single_address_is_refused(string address, string listen, string option)
    {
        var refused = Assert.Throws<InvalidInputException>(() => SiloEndpoints.Of(new SiloProcessOptions { Address = address, Listen = listen }));

        Assert.StartsWith(option, refused.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void Free_ports_are_those_of_the_address_that_it_listens_on(string text)
    {
        var address = IPAddress.Parse(text);
        Assert.SkipUnless(Socket.OSSupportsIPv6 || address.AddressFamily == AddressFamily.InterNetwork, "There is no IPv6 here.");
        var options = new EndpointOptions();

        new SiloEndpoints(address, address).Configure(options, new OpenLink(), 0, 0);

        Assert.Equal((address, options.SiloPort), (options.AdvertisedIPAddress, options.SiloListeningEndpoint!.Port));
        Assert.NotEqual(options.SiloPort, options.GatewayPort);
        using var listener = new TcpListener(options.SiloListeningEndpoint);
        listener.Start();
    }

    [Fact]
    public async Task A_silo_at_an_address_of_IPv6_starts()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "There is no IPv6 here.");
        await using var home = new UserHome();
        using var silo = home.StartSilo("--Silo:Store", "sqlite:x.db", "--Silo:Address", "::1");
        var error = silo.StandardError.ReadToEndAsync(home.Guard);
        var lines = new List<string>();
        while (lines.LastOrDefault()?.Contains("is active at ::1", StringComparison.Ordinal) != true && await silo.StandardOutput.ReadLineAsync(home.Guard) is { } line)
        {
            lines.Add(line);
        }

        silo.Kill();
        Assert.True(lines.LastOrDefault()?.Contains("is active at ::1", StringComparison.Ordinal), $"{string.Join('\n', lines)}\n{await error}");
    }
}

using System.Net;
using System.Net.Sockets;
using Mnist.Distributed.Hosting.Sockets;
using Xunit;

namespace Mnist.Distributed.Tests.Hosting;

public sealed class FreePortsTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("0.0.0.0")]
    public void Ports_are_free_and_different(string text)
    {
        var address = IPAddress.Parse(text);
        Assert.SkipUnless(Socket.OSSupportsIPv6 || address.AddressFamily == AddressFamily.InterNetwork, "There is no IPv6 here.");

        var ports = FreePorts.Take(3, address);

        Assert.Distinct(ports);
        foreach (var port in ports)
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
        }
    }

    [Fact]
    public void An_address_of_another_machine_has_none() => Assert.Throws<SocketException>(() => FreePorts.Take(1, IPAddress.Parse("192.0.2.1")));

    [Fact]
    public void The_loopback_address_is_IPv4s_where_there_is_one() =>
        Assert.Equal(CanListen(IPAddress.Loopback) ? IPAddress.Loopback : IPAddress.IPv6Loopback, FreePorts.Loopback);

    private static bool CanListen(IPAddress address) => Record.Exception(() => FreePorts.Take(1, address)) is null;
}

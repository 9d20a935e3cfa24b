using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Mnist.Distributed.Hosting.Identity;

namespace Mnist.Distributed.Tests.Security;

/// <summary>
/// Somebody who connects to a port of a silo, and sends bytes whatever the silo says.
/// </summary>
internal static class Intruder
{
    private const int AtOnce = 8;
    private const int BufferBytes = 4096;

    /// <summary>
    /// More than the first record of a handshake has, whatever its first bytes say. A silo that
    /// expects TLS would wait for the rest of fewer bytes.
    /// </summary>
    private const int MoreThanARecord = 20_000;

    /// <summary>Makes attempts, several at once.</summary>
    public static Task All<T>(IEnumerable<T> attempts, Func<T, Task> attempt, CancellationToken cancellation) => Parallel.ForEachAsync(
        attempts, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (one, _) => await attempt(one));

    /// <summary>Sends bytes without TLS, again and again.</summary>
    /// <returns>What the silo sends until it closes the connection.</returns>
    public static async Task<byte[]> Plain(int port, byte[] bytes, CancellationToken cancellation)
    {
        using var client = await Connect(port, cancellation);
        var stream = client.GetStream();
        byte[] sent = [.. Enumerable.Repeat(bytes, (MoreThanARecord / bytes.Length) + 1).SelectMany(all => all)];
        var buffer = new byte[BufferBytes];
        List<byte> received = [];
        try
        {
            await stream.WriteAsync(sent, cancellation);
            while (await stream.ReadAsync(buffer, cancellation) is > 0 and var count)
            {
                received.AddRange(buffer[..count]);
            }
        }
        catch (IOException)
        {
            // The silo has closed the connection while it was written to.
        }

        return [.. received];
    }

    /// <summary>Sends bytes by TLS, also if the silo's verdict is a refusal.</summary>
    /// <param name="port">The port.</param>
    /// <param name="identity">Whose certificate is shown; null for none.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <returns>The verdict, and the first bytes after it; none if the silo closes the
    /// connection.</returns>
    public static async Task<(string Verdict, byte[] Answer)> Tls(int port, ClusterIdentity? identity, byte[] bytes, CancellationToken cancellation)
    {
        using var client = await Connect(port, cancellation);
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "silo",
                ClientCertificateContext = identity?.Context,
                EnabledSslProtocols = SslProtocols.Tls13,
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
            },
            cancellation);
        var length = new byte[1];
        await tls.ReadExactlyAsync(length, cancellation);
        var verdict = new byte[length[0]];
        await tls.ReadExactlyAsync(verdict, cancellation);

        var answer = new byte[BufferBytes];
        var received = 0;
        try
        {
            await tls.WriteAsync(bytes, cancellation);
            received = await tls.ReadAsync(answer, cancellation);
        }
        catch (IOException)
        {
            // The silo has closed the connection while it was written to.
        }

        return (Encoding.UTF8.GetString(verdict), answer[..received]);
    }

    private static async Task<TcpClient> Connect(int port, CancellationToken cancellation)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, cancellation);
        return client;
    }
}

using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Mnist.Distributed.Hosting.Links;
using Mnist.Distributed.Tests.Servers;
using Mnist.Distributed.Tests.Training.Files;
using Xunit;

namespace Mnist.Distributed.Tests.Hosting.Links;

/// <summary>
/// Who may write to the folder of the sockets can listen in the place of a silo. So nobody connects
/// there.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class SocketFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SocketFolderTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Folders have no modes here.");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_folder_that_others_may_write_is_refused()
    {
        var link = new LocalLink(_folder["sockets"]);
        var port = link.TakePorts(1, IPAddress.Loopback)[0];
        using var silo = link.Listen(new IPEndPoint(IPAddress.Loopback, port));
        (await Connect(port)).Dispose();

        File.SetUnixFileMode(link.Folder, (UnixFileMode)0b111_111_111);
        Assert.Contains("chmod go-w", (await Assert.ThrowsAsync<PeerRefusedException>(() => Connect(port))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_another_user_is_refused()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can make a folder of another user.");
        Directory.CreateDirectory(_folder["sockets"]);
        await ServerProcess.Run("chown", "1234", _folder["sockets"]);

        Assert.Contains("another user", (await Assert.ThrowsAsync<PeerRefusedException>(() => Connect(5))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public Task A_folder_that_is_missing_is_a_silo_that_does_not_answer() => Assert.ThrowsAnyAsync<SocketException>(() => Connect(5));

    private Task<Socket> Connect(int port) => new LocalLink(_folder["sockets"]).Connect(new IPEndPoint(IPAddress.Loopback, port), TestContext.Current.CancellationToken).AsTask();
}

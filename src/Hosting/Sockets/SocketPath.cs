using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Hosting.Sockets;

/// <summary>
/// The address of a Unix socket in a folder. The system takes about a hundred bytes. The path of a
/// folder may be longer; then the address goes through a descriptor of the folder, on Linux.
/// </summary>
internal sealed partial class SocketPath : IDisposable
{
    private const int MostBytesOnLinux = 107;
    private const int MostBytes = 103;

    /// <summary>Flags of open(2) on Linux: the place only, not inherited.</summary>
    private const int FolderPlace = 0x200000 | 0x80000;

    private readonly SafeFileHandle? _folder;

    private SocketPath(string path, SafeFileHandle? folder)
    {
        EndPoint = new UnixDomainSocketEndPoint(path);
        _folder = folder;
    }

    /// <summary>The address. Valid until the object is disposed of.</summary>
    public UnixDomainSocketEndPoint EndPoint { get; }

    /// <summary>The address of a socket.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">The name of the socket.</param>
    /// <exception cref="InvalidInputException">The path is too long for this system.</exception>
    /// <exception cref="SocketException">The folder does not exist.</exception>
    public static SocketPath Of(string folder, string name)
    {
        var path = Path.Combine(Path.GetFullPath(folder), name);
        if (Encoding.UTF8.GetByteCount(path) <= (OperatingSystem.IsLinux() ? MostBytesOnLinux : MostBytes))
        {
            return new SocketPath(path, null);
        }

        if (!OperatingSystem.IsLinux() || !Directory.Exists("/proc/self/fd"))
        {
            throw new InvalidInputException($"The path {path} is too long for a socket: set XDG_STATE_HOME to a folder with a shorter path, or move the store there.");
        }

        var opened = new SafeFileHandle(OpenFolder(folder, FolderPlace), ownsHandle: true);
        return opened.IsInvalid
            ? throw new SocketException((int)SocketError.AddressNotAvailable)
            : new SocketPath($"/proc/self/fd/{opened.DangerousGetHandle()}/{name}", opened);
    }

    /// <inheritdoc />
    public void Dispose() => _folder?.Dispose();

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int OpenFolder(string path, int flags);
}

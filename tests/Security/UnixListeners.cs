using System.Globalization;

namespace Mnist.Distributed.Tests.Security;

/// <summary>The Unix sockets on which a process of Linux listens.</summary>
internal static class UnixListeners
{
    /// <summary>The flag of a socket that listens.</summary>
    private const int Listening = 0x10000;

    /// <summary>The columns of the table of sockets.</summary>
    private const int Flags = 3, Inode = 6, Name = 7;

    /// <returns>
    /// Their names: paths of files, or names without a file, which begin with '@'.
    /// </returns>
    public static IReadOnlyList<string> Of(int pid)
    {
        var sockets = SocketsOf.Process(pid);
        return
        [
            .. File.ReadLines($"/proc/{pid}/net/unix").Skip(1)
                .Select(line => line.Split(' ', Name + 1, StringSplitOptions.RemoveEmptyEntries))
                .Where(row => row.Length > Name && sockets.Contains(row[Inode]) && (int.Parse(row[Flags], NumberStyles.HexNumber, CultureInfo.InvariantCulture) & Listening) != 0)
                .Select(row => row[Name]),
        ];
    }
}

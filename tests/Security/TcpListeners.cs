using System.Globalization;

namespace Mnist.Distributed.Tests.Security;

/// <summary>The TCP ports on which a process of Linux listens.</summary>
internal static class TcpListeners
{
    private const string Listening = "0A";

    public static IReadOnlyList<int> Of(int pid)
    {
        var sockets = SocketsOf.Process(pid);
        return
        [
            .. ((string[])["tcp", "tcp6"])
                .Select(table => $"/proc/{pid}/net/{table}")
                .Where(File.Exists)
                .SelectMany(table => File.ReadLines(table).Skip(1))
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(row => row[3] == Listening && sockets.Contains(row[9]))
                .Select(row => int.Parse(row[1].Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture)),
        ];
    }
}

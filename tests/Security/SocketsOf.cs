namespace Mnist.Distributed.Tests.Security;

/// <summary>The sockets that a process of Linux has.</summary>
internal static class SocketsOf
{
    private const string Prefix = "socket:[";

    /// <summary>Their inodes, as the tables in <c>/proc/PID/net</c> name them.</summary>
    public static HashSet<string> Process(int pid) =>
    [
        .. Directory.EnumerateFiles($"/proc/{pid}/fd")
            .Select(file => new FileInfo(file).LinkTarget)
            .Where(target => target?.StartsWith(Prefix, StringComparison.Ordinal) == true)
            .Select(target => target![Prefix.Length..^1]),
    ];
}

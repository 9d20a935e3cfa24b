using System.Runtime.InteropServices;

namespace Mnist.Distributed.Contracts.Memory;

/// <summary>Limits that the operating system sets for this process.</summary>
public static partial class ProcessLimits
{
    /// <summary>
    /// File descriptors that a program needs: some 175 for the runtime and the assemblies of the
    /// project, and the rest for the sockets and files of a silo.
    /// </summary>
    public const int NeededOpenFiles = 224;

    /// <summary>
    /// Number of file descriptors that the process may have open: the hard limit, to which the .NET
    /// runtime raises the soft limit. <see cref="long.MaxValue"/> where there is no such limit.
    /// </summary>
    public static long OpenFiles { get; } = OperatingSystem.IsWindows() ? long.MaxValue : ReadOpenFiles();

    /// <summary>
    /// A sentence that says why a program cannot work with the limits of this process; null when it
    /// can.
    /// </summary>
    public static string? Refusal => RefusalOf(OpenFiles);

    /// <summary>
    /// A sentence that says why a program cannot work with so many file descriptors; null when it
    /// can.
    /// </summary>
    public static string? RefusalOf(long openFiles) => openFiles >= NeededOpenFiles
        ? null
        : $"a process may have {openFiles} files open here and needs {NeededOpenFiles}: raise the limit, for example with 'ulimit -n 1024'.";

    private static unsafe long ReadOpenFiles()
    {
        var limits = stackalloc ulong[2];
        return GetResourceLimit(OperatingSystem.IsMacOS() ? 8 : 7, limits) == 0 ? (long)Math.Min(limits[0], (ulong)long.MaxValue) : long.MaxValue;
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static unsafe partial int GetResourceLimit(int resource, ulong* limits);
}

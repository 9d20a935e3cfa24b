using System.Runtime.InteropServices;

namespace Mnist.Distributed.Contracts.Memory;

/// <summary>What the system allows this process.</summary>
public static partial class ProcessLimits
{
    /// <summary>Descriptors that the runtime and the project's assemblies take (some 175), and a silo's sockets and files.</summary>
    public const int NeededOpenFiles = 224;

    /// <summary>Descriptors that the process may have open, its hard limit, to which the runtime raises it; more than can be where there is no such limit.</summary>
    public static long OpenFiles { get; } = OperatingSystem.IsWindows() ? long.MaxValue : ReadOpenFiles();

    /// <summary>Why a program cannot work here, as a sentence; null where it can.</summary>
    public static string? Refusal => RefusalOf(OpenFiles);

    /// <summary>Why a program cannot work with so many descriptors; null where it can.</summary>
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

using System.Runtime.InteropServices;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>Signals to other processes.</summary>
internal static partial class Signals
{
    private const int Term = 15;

    /// <summary>Asks a process to end (SIGTERM).</summary>
    public static void Terminate(int pid) => _ = Kill(pid, Term);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}

using System.Runtime.InteropServices;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>Sends signals to other processes.</summary>
internal static partial class Signals
{
    private const int KillNow = 9;
    private const int Term = 15;
    private const int Cont = 18;
    private const int StopNow = 19;

    /// <summary>Asks a process to end (SIGTERM).</summary>
    public static void Terminate(int pid) => _ = Kill(pid, Term);

    /// <summary>Ends a process at once (SIGKILL).</summary>
    public static void Kill(int pid) => _ = Kill(pid, KillNow);

    /// <summary>Suspends a process (SIGSTOP).</summary>
    public static void Stop(int pid) => _ = Kill(pid, StopNow);

    /// <summary>Resumes a suspended process (SIGCONT).</summary>
    public static void Continue(int pid) => _ = Kill(pid, Cont);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}

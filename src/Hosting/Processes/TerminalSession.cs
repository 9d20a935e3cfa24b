using System.Runtime.InteropServices;

namespace Mnist.Distributed.Hosting.Processes;

/// <summary>The terminal from which a process was started.</summary>
public static partial class TerminalSession
{
    /// <summary>
    /// Starts a new session for this process. Then an interrupt in the terminal, or the end of the
    /// terminal, does not reach the process.
    /// </summary>
    public static void Leave()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SetSession();
        }
    }

    [LibraryImport("libc", EntryPoint = "setsid")]
    private static partial int SetSession();
}

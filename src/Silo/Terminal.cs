using System.Runtime.InteropServices;

namespace Mnist.Distributed.Silo;

/// <summary>The terminal from which a process was started.</summary>
internal static partial class Terminal
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

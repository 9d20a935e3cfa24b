using System.Runtime.InteropServices;

namespace Mnist.Distributed.Silo;

/// <summary>The terminal a process was started from.</summary>
internal static partial class Terminal
{
    /// <summary>
    /// Starts a session of its own, which the terminal's interrupts and its end do not reach.
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

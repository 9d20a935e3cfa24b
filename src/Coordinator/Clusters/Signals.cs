using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Hosting.Processes;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>
/// Sends signals to silos. Without signals, a request to leave is a file, and a process is killed
/// by the means of the system.
/// </summary>
internal static partial class Signals
{
    private const int KillNow = 9;
    private const int Term = 15;

    /// <summary>Whether processes can be suspended.</summary>
    public static bool CanSuspend => Posix.IsUsed;

    private static int StopNow => OperatingSystem.IsMacOS() ? 17 : 19;

    private static int Cont => OperatingSystem.IsMacOS() ? 19 : 18;

    /// <summary>Asks a silo to leave (SIGTERM).</summary>
    /// <param name="pid">Its process id.</param>
    /// <param name="pidFile">Its pid file.</param>
    /// <exception cref="InvalidInputException">There are no signals, and the request cannot be
    /// written.</exception>
    public static void Leave(int pid, string pidFile)
    {
        if (Posix.IsUsed)
        {
            _ = Kill(pid, Term);
        }
        else
        {
            LeaveRequest.Write(pidFile, pid);
        }
    }

    /// <summary>Asks a process that trains to stop after its step (SIGTERM).</summary>
    /// <exception cref="InvalidInputException">There are no signals.</exception>
    public static void Interrupt(int pid)
    {
        InvalidInputException.Require(Posix.IsUsed, $"This system has no signals, so process {pid} cannot be asked to stop: press Ctrl-C where it runs, or end the process; its record stays.");
        _ = Kill(pid, Term);
    }

    /// <summary>Ends a process at once (SIGKILL).</summary>
    public static void Kill(int pid)
    {
        if (Posix.IsUsed)
        {
            _ = Kill(pid, KillNow);
            return;
        }

        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It has ended, or it ends at this moment.
        }
    }

    /// <summary>Suspends a process (SIGSTOP).</summary>
    public static void Stop(int pid) => Send(pid, StopNow);

    /// <summary>Resumes a suspended process (SIGCONT).</summary>
    public static void Continue(int pid) => Send(pid, Cont);

    private static void Send(int pid, int signal)
    {
        if (CanSuspend)
        {
            _ = Kill(pid, signal);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}

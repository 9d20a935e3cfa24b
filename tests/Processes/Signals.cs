using System.Globalization;
using System.Runtime.InteropServices;

using Xunit;

namespace Mnist.Distributed.Tests.Processes;

/// <summary>Signals to programs under test.</summary>
internal static partial class Signals
{
    /// <summary>
    /// Sends SIGTERM, which programs treat like Ctrl-C. SIGINT would not do: a shell makes the
    /// programs that it starts in the background ignore it.
    /// </summary>
    public static void Interrupt(int pid) => Assert.Equal(0, Kill(pid, 15));

    /// <summary>The same for a program that may have ended by itself.</summary>
    public static void InterruptIfRunning(int pid) => _ = Kill(pid, 15);

    public static void Send(int pid, string name) => Assert.Equal(0, Kill(pid, name switch
    {
        "HUP" => 1,
        "INT" => 2,
        "TERM" => 15,
        _ => throw new ArgumentException(name),
    }));

    public static void Quit(int pid) => Assert.Equal(0, Kill(pid, 3));

    public static void Kill(int pid) => Assert.Equal(0, Kill(pid, 9));

    public static void Stop(int pid) => Assert.Equal(0, Kill(pid, 19));

    public static void Continue(int pid) => Assert.Equal(0, Kill(pid, 18));

    /// <summary>Kills a process and waits until the system has removed it.</summary>
    public static async Task KillNow(int pid)
    {
        Assert.Equal(0, Kill(pid, 9));
        while (IsRunning(pid))
        {
            await Task.Delay(1);
        }
    }

    /// <summary>Whether this process, and so what it starts, ignores SIGINT.</summary>
    public static bool IsInterruptIgnored
    {
        get
        {
            var ignored = File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))[7..].Trim();
            return (ulong.Parse(ignored, NumberStyles.HexNumber, CultureInfo.InvariantCulture) & (1UL << (2 - 1))) != 0;
        }
    }

    public static bool IsRunning(int pid)
    {
        try
        {
            var status = File.ReadAllText($"/proc/{pid}/stat");
            return status[status.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}

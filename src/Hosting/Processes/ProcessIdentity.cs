using System.Diagnostics;
using System.Globalization;

namespace Mnist.Distributed.Hosting.Processes;

/// <summary>
/// A process, told from a later one with the same id by what nothing changes: the machine's boot
/// and the clock ticks from there to the process's start. The wall clock may be set meanwhile.
/// </summary>
/// <param name="Pid">Process id.</param>
/// <param name="Boot">The machine's boot and the set of process ids that this one belongs to; empty
/// where the system names neither.</param>
/// <param name="Start">Clock ticks from the boot to its start (proc(5), field 22); where there is
/// no such count, its start time in 100 ns.</param>
public sealed record ProcessIdentity(int Pid, string Boot, long Start)
{
    private static readonly string ThisBoot = FindBoot();

    /// <summary>This process.</summary>
    public static ProcessIdentity Own { get; } = Of(Environment.ProcessId)!;

    /// <summary>Whether the process is still there.</summary>
    public bool IsAlive => Equals(Of(Pid));

    /// <summary>The living process of an id; null when there is none.</summary>
    public static ProcessIdentity? Of(int pid) => StartOf(pid) is { } start ? new ProcessIdentity(pid, ThisBoot, start) : null;

    private static long? StartOf(int pid)
    {
        if (!OperatingSystem.IsLinux())
        {
            return StartTimeOf(pid);
        }

        try
        {
            // The name is in parentheses and may hold anything, parentheses too. A zombie has
            // ended; its parent has not asked about it yet.
            var status = File.ReadAllText($"/proc/{pid}/stat");
            var fields = status[(status.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long? StartTimeOf(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return process.HasExited ? null : process.StartTime.ToUniversalTime().Ticks;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string FindBoot()
    {
        try
        {
            return OperatingSystem.IsLinux()
                ? $"{File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()} {File.ResolveLinkTarget("/proc/self/ns/pid", returnFinalTarget: false)?.Name}"
                : "";
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}

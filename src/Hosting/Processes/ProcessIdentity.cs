using System.Diagnostics;
using System.Globalization;

namespace Mnist.Distributed.Hosting.Processes;

/// <summary>
/// The identity of a process. A later process may have the same process id, so the identity also
/// contains the boot of the machine and the clock ticks from the boot to the start of the process.
/// It does not use the wall clock, which may be changed.
/// </summary>
/// <param name="Pid">Process id.</param>
/// <param name="Boot">
/// The id of the boot of the machine, and the namespace of the process id; empty if the system has
/// neither.
/// </param>
/// <param name="Start">
/// Clock ticks from the boot to the start of the process (proc(5), field 22). If the system has no
/// such count: the start time in units of 100 ns.
/// </param>
public sealed record ProcessIdentity(int Pid, string Boot, long Start)
{
    private static readonly string ThisBoot = FindBoot();

    /// <summary>
    /// How far two readings of the same start may differ. Ticks from the boot are exact. Start
    /// times are computed from the wall clock on some systems.
    /// </summary>
    private static long Uncertainty => Posix.HasProcessFiles ? 0 : TimeSpan.TicksPerSecond;

    /// <summary>This process.</summary>
    public static ProcessIdentity Own { get; } = Of(Environment.ProcessId)!;

    /// <summary>Whether the process is still running.</summary>
    public bool IsAlive => Of(Pid) is { } now && now.Boot == Boot && Math.Abs(now.Start - Start) <= Uncertainty;

    /// <summary>The identity of the running process with an id; null when there is none.</summary>
    public static ProcessIdentity? Of(int pid) => StartOf(pid) is { } start ? new ProcessIdentity(pid, ThisBoot, start) : null;

    private static long? StartOf(int pid)
    {
        if (!Posix.HasProcessFiles)
        {
            return StartTimeOf(pid);
        }

        try
        {
            // The name of the process is in parentheses and may contain any character, even
            // parentheses. A zombie has ended, but its parent has not read its exit code yet.
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
            return Posix.HasProcessFiles
                ? $"{File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()} {File.ResolveLinkTarget("/proc/self/ns/pid", returnFinalTarget: false)?.Name}"
                : "";
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}

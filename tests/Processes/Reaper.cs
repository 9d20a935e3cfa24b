using System.Diagnostics;
using Mnist.Distributed.Tests.Processes;
using Xunit;

[assembly: AssemblyFixture(typeof(Reaper))]

namespace Mnist.Distributed.Tests.Processes;

/// <summary>
/// Ends the processes that tests have started if the tests themselves are aborted. A shell waits
/// for the end of its input, which comes when this process ends, for any reason. The shell then
/// kills every process that has inherited this process's mark in its environment. Linux only: other
/// systems do not show environments.
/// </summary>
public sealed class Reaper : IDisposable
{
    /// <summary>The variable that marks all processes started from this one.</summary>
    public const string Mark = "MNIST_TEST_PROCESS";

    private const string Script = """
        trap '' INT TERM HUP
        cat >/dev/null
        for process in /proc/[0-9]*; do
          pid=${process#/proc/}
          if [ "$pid" != $$ ] && tr '\0' '\n' <"$process/environ" 2>/dev/null | grep -qx "$1"; then
            kill -9 "$pid"
          fi
        done
        """;

    private readonly Process? _shell;

    public Reaper()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var value = $"{Environment.ProcessId}-{Guid.NewGuid():n}";

        // The shell itself has no mark. All processes that are started after it have the mark.
        _shell = Start($"{Mark}={value}");
        Environment.SetEnvironmentVariable(Mark, value);
    }

    /// <summary>Starts the shell that ends all processes with a mark when its input ends.</summary>
    public static Process Start(string mark)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", Script, "sh", mark]) { RedirectStandardInput = true, RedirectStandardError = true };
        start.Environment.Remove(Mark);
        return Process.Start(start)!;
    }

    /// <summary>
    /// Ends the shell, which then kills nothing: tests that have ended have ended their processes,
    /// and other fixtures will end theirs.
    /// </summary>
    public void Dispose()
    {
        _shell?.Kill();
        _shell?.Dispose();
    }
}

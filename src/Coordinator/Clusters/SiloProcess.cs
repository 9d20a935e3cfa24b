using System.Diagnostics;
using Mnist.Distributed.Grains.Hosting.Stores;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>A silo process of a local cluster.</summary>
/// <param name="Silo">The silo's name.</param>
/// <param name="Pid">Process id.</param>
/// <param name="StartedAt">Start time in ticks (UTC), which tells a process from a later one with the same id.</param>
/// <param name="Log">Its log file.</param>
internal sealed record SiloProcess(string Silo, int Pid, long StartedAt, string Log)
{
    /// <summary>Start times of processes are known to a fraction of a second; a silo of the same name before lived longer than that.</summary>
    private static readonly TimeSpan StartTolerance = TimeSpan.FromMilliseconds(500);

    /// <summary>Whether it is still the process that was started.</summary>
    public bool IsAlive => Find() is not null;

    /// <summary>Whether a silo of this name in the membership table is this process, and not one before it.</summary>
    public bool IsMember(MembershipRow row) => row.StartedAt > new DateTime(StartedAt, DateTimeKind.Utc) - StartTolerance;

    /// <summary>Starts a silo that outlives this program.</summary>
    public static SiloProcess Start(ClusterFolder folder, string silo, int computeThreads)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "mnist-silo.dll");
        var log = folder.LogFile(silo);
        string[] arguments =
        [
            Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet",
            program,
            "--Silo:Cluster", folder.Name,
            "--Silo:Name", silo,
            "--Silo:Store", folder.Store.ToString(),
            "--Silo:ComputeThreads", computeThreads.ToString(System.Globalization.CultureInfo.InvariantCulture),
            "--Silo:Detached", "true",
        ];

        // A shell redirects the silo's output, so that no pipe ties it to this program, and then becomes the silo.
        var start = new ProcessStartInfo("/bin/sh")
        {
            WorkingDirectory = folder.Path,
            ArgumentList = { "-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", log },
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        return new SiloProcess(silo, process.Id, process.StartTime.ToUniversalTime().Ticks, log);
    }

    /// <summary>Asks the silo to leave; kills it if it has not left in time.</summary>
    public async Task End(TimeSpan patience)
    {
        if (Find() is not { } process)
        {
            return;
        }

        using (process)
        {
            Signals.Terminate(Pid);
            using var timeout = new CancellationTokenSource(patience);
            try
            {
                await process.WaitForExitAsync(timeout.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                await process.WaitForExitAsync();
            }
        }
    }

    /// <summary>An ended process that its parent has not asked about yet still has its id.</summary>
    private static bool IsZombie(int pid)
    {
        try
        {
            var status = File.ReadAllText($"/proc/{pid}/stat");
            return status.AsSpan(status.LastIndexOf(')') + 1).TrimStart() is ['Z' or 'X', ..];
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private Process? Find()
    {
        try
        {
            var process = Process.GetProcessById(Pid);
            if (!process.HasExited && !IsZombie(Pid) && Math.Abs(process.StartTime.ToUniversalTime().Ticks - StartedAt) < TimeSpan.TicksPerSecond)
            {
                return process;
            }

            process.Dispose();
            return null;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }
}

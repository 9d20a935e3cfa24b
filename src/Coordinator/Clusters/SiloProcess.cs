using System.Diagnostics;
using System.Globalization;
using Mnist.Distributed.Hosting.Processes;
using Mnist.Distributed.Hosting.Stores;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>A silo process of a local cluster.</summary>
/// <param name="Silo">The silo's name.</param>
/// <param name="Process">The process.</param>
/// <param name="Log">Its log file.</param>
/// <param name="Version">Version of its program; null before it has said so.</param>
/// <param name="Address">Its address in the cluster, in Orleans' form; null before it has
/// one.</param>
internal sealed record SiloProcess(string Silo, ProcessIdentity Process, string Log, string? Version, string? Address)
{
    /// <summary>The option with the cluster's name.</summary>
    public const string ClusterOption = "--Silo:Cluster";

    /// <summary>The option with the silo's name.</summary>
    public const string NameOption = "--Silo:Name";

    /// <summary>The option with the cluster's store.</summary>
    public const string StoreOption = "--Silo:Store";

    private static readonly TimeSpan ExitPollInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>Process id.</summary>
    public int Pid => Process.Pid;

    /// <summary>Whether it is still the process that was started.</summary>
    public bool IsAlive => Process.IsAlive;

    /// <summary>
    /// Whether a silo in the membership table is this process, and not one before it.
    /// </summary>
    public bool IsMember(MembershipRow row) => row.Silo == Address;

    /// <summary>Starts a silo that outlives this program.</summary>
    public static SiloProcess Start(ClusterFolder folder, string silo, int computeThreads)
    {
        var log = folder.LogFile(silo);
        string[] arguments =
        [
            .. SiloProgram.CommandLine(),
            ClusterOption, folder.Name,
            NameOption, silo,
            StoreOption, folder.Store.ToString(),
            "--Silo:ComputeThreads", computeThreads.ToString(CultureInfo.InvariantCulture),
            "--Silo:PidFile", folder.PidFile(silo),
            "--Silo:Detached", "true",
        ];

        // A shell redirects the silo's output, so that no pipe ties it to this program, and then
        // becomes the silo.
        var start = new ProcessStartInfo("/bin/sh")
        {
            WorkingDirectory = folder.Path,
            ArgumentList = { "-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", log },
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // The silo works in another folder.
        if (Environment.GetEnvironmentVariable(DataFolder) is { Length: > 0 } data)
        {
            start.Environment[DataFolder] = Path.GetFullPath(data);
        }

        using var process = System.Diagnostics.Process.Start(start)!;
        return new SiloProcess(silo, ProcessIdentity.Of(process.Id) ?? new ProcessIdentity(process.Id, "", 0), log, null, null);
    }

    /// <summary>Asks the silo to leave; kills it if it has not left in time.</summary>
    public async Task End(TimeSpan timeout)
    {
        if (!IsAlive)
        {
            return;
        }

        Signals.Terminate(Pid);
        var asked = Stopwatch.GetTimestamp();
        while (IsAlive)
        {
            if (Stopwatch.GetElapsedTime(asked) > timeout)
            {
                Signals.Kill(Pid);
            }

            await Task.Delay(ExitPollInterval);
        }
    }

    private const string DataFolder = "MNIST_DATA";
}

using System.Diagnostics;
using System.Globalization;
using Mnist.Distributed.Hosting.Processes;
using Mnist.Distributed.Hosting.Stores;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>A silo process of a local cluster.</summary>
/// <param name="Silo">Name of the silo.</param>
/// <param name="Process">The process.</param>
/// <param name="Log">Path of its log file.</param>
/// <param name="Version">Version of its program; null until its pid file tells it.</param>
/// <param name="Address">
/// Address in the cluster, in Orleans' form; null until the silo has one.
/// </param>
internal sealed record SiloProcess(string Silo, ProcessIdentity Process, string Log, string? Version, string? Address)
{
    /// <summary>The option for the name of the cluster.</summary>
    public const string ClusterOption = "--Silo:Cluster";

    /// <summary>The option for the name of the silo.</summary>
    public const string NameOption = "--Silo:Name";

    /// <summary>The option for the store of the cluster.</summary>
    public const string StoreOption = "--Silo:Store";

    private static readonly TimeSpan ExitPollInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>Process id.</summary>
    public int Pid => Process.Pid;

    /// <summary>Whether the process is alive; false if another process has its id now.</summary>
    public bool IsAlive => Process.IsAlive;

    /// <summary>
    /// Whether a row of the membership table belongs to this process, and not to an earlier silo of
    /// the same name.
    /// </summary>
    public bool IsMember(MembershipRow row) => row.Silo == Address;

    /// <summary>Starts a silo that goes on after this program has ended.</summary>
    /// <param name="folder">The folder of its cluster.</param>
    /// <param name="program">The program of the silo.</param>
    /// <param name="silo">Name of the silo.</param>
    /// <param name="computeThreads">Number of threads that compute gradients.</param>
    public static SiloProcess Start(ClusterFolder folder, SiloProgram program, string silo, int computeThreads)
    {
        var log = folder.LogFile(silo);
        string[] arguments =
        [
            .. program.CommandLine,
            ClusterOption, folder.Name,
            NameOption, silo,
            StoreOption, folder.Store.ToString(),
            "--Silo:ComputeThreads", computeThreads.ToString(CultureInfo.InvariantCulture),
            "--Silo:PidFile", folder.PidFile(silo),
            "--Silo:LogFile", log,
            "--Silo:Detached", "true",
            "--Silo:Identity", folder.Identity,
            .. folder.UsesTls ? (string[])["--Silo:Transport", "tls"] : [],
            .. folder.Models is { } models ? (string[])["--Silo:ModelsFolder", models] : [],
        ];

        // The silo has another working directory, so a relative path is made absolute.
        var variables = Environment.GetEnvironmentVariable(DataFolder) is { Length: > 0 } data
            ? new Dictionary<string, string> { [DataFolder] = Path.GetFullPath(data) }
            : [];
        using var started = DetachedProcess.Start(arguments, folder.Path, log, variables);
        return new SiloProcess(silo, ProcessIdentity.Of(started.Id) ?? new ProcessIdentity(started.Id, "", 0), log, null, null);
    }

    /// <summary>Asks the silo to leave, and kills it after the timeout.</summary>
    public async Task End(TimeSpan timeout)
    {
        if (!IsAlive)
        {
            return;
        }

        Signals.Leave(Pid, Path.ChangeExtension(Log, ".pid"));
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

using Mnist.Distributed.Contracts;
using Mnist.Distributed.Grains.ParameterServers;
using Mnist.Distributed.Hosting;
using Mnist.Distributed.Hosting.Stores;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Silo;

/// <summary>
/// Options of a silo process, in the configuration section <c>Silo</c>: a file <c>appsettings.json</c>, environment variables such as
/// <c>Silo__Name</c>, or arguments such as <c>--Silo:Name silo-1</c>.
/// </summary>
public sealed class SiloProcessOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Silo";

    private const int MostLetters = 128;

    /// <summary>Name of the cluster to join. Default: <c>local</c>.</summary>
    public string Cluster { get; set; } = "local";

    /// <summary>Name of this silo, unique in the cluster. Default: the host's name and the process id.</summary>
    public string Name { get; set; } = $"{Environment.MachineName}-{Environment.ProcessId}";

    /// <summary>Name of the store with membership and grain storage, shared by the cluster's silos. Required.</summary>
    public string Store { get; set; } = "";

    /// <summary>IP address by which others reach this silo; <c>auto</c> takes the machine's own if it has just one. Default: 127.0.0.1.</summary>
    public string Address { get; set; } = FreePorts.Loopback.ToString();

    /// <summary>IP address of this machine to listen on, or <c>any</c> for all. Default: the one that others reach.</summary>
    public string Listen { get; set; } = "";

    /// <summary>Port for other silos; 0 takes a free one. Default: 0.</summary>
    public int SiloPort { get; set; }

    /// <summary>Port for clients; 0 takes a free one. Default: 0.</summary>
    public int GatewayPort { get; set; }

    /// <summary>Threads that compute gradients; 0 takes one per processor. Default: 0.</summary>
    public int ComputeThreads { get; set; }

    /// <summary>
    /// How long a step waits for a straggler at the least, in milliseconds; then the other silos compute its work too. A longer time suits a
    /// machine or a network that stalls; a silo that hangs then holds its runs up for as long. Default: 400.
    /// </summary>
    public int StragglerTimeout { get; set; } = (int)new StragglerOptions().Least.TotalMilliseconds;

    /// <summary>Whether the silo leaves the terminal it was started from, so that an interrupt there does not reach it. Default: no.</summary>
    public bool Detached { get; set; }

    /// <summary>File in which the silo notes its process and its address; empty for none. Default: none.</summary>
    public string PidFile { get; set; } = "";

    /// <summary>Throws a sentence that says which option to change and how.</summary>
    /// <exception cref="InvalidInputException">An option cannot be used.</exception>
    public void Validate()
    {
        Require(!string.IsNullOrWhiteSpace(Cluster), "Silo:Cluster is empty: give the name of the cluster to join.");
        Require(Cluster.Length <= MostLetters && Printable.Is(Cluster), $"Silo:Cluster has more than {MostLetters} letters, or some that cannot be shown: give another name.");
        Require(!string.IsNullOrWhiteSpace(Name), "Silo:Name is empty: give a name that no other silo of the cluster has.");
        Require(Name.Length <= MostLetters && Printable.Is(Name), $"Silo:Name has more than {MostLetters} letters, or some that cannot be shown: give another name.");
        Require(PidFile.Length == 0 || (Printable.Is(PidFile) && !string.IsNullOrWhiteSpace(PidFile)), "Silo:PidFile names no file: give its path, or leave it out.");
        Require(Store.Length > 0, $"Silo:Store is missing: give the cluster's store, {StoreName.Forms}, for example --Silo:Store sqlite:/tmp/cluster.db.");
        Require(SiloPort is >= 0 and <= 65_535, $"Silo:SiloPort must be from 0 to 65535, but is {SiloPort}.");
        Require(GatewayPort is >= 0 and <= 65_535, $"Silo:GatewayPort must be from 0 to 65535, but is {GatewayPort}.");
        Require(
            SiloPort == 0 || SiloPort != GatewayPort,
            $"Silo:SiloPort and Silo:GatewayPort are both {SiloPort}: give two different ports, or 0 for free ones.");
        Require(StragglerTimeout is >= 10 and <= 600_000, $"Silo:StragglerTimeout must be from 10 to 600000 milliseconds, but is {StragglerTimeout}.");
        Require(ComputeThreads is >= 0 and <= 1024, $"Silo:ComputeThreads must be from 0 to 1024, but is {ComputeThreads}.");
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Grains.Cluster;
using Mnist.Distributed.Grains.ParameterServers;
using Mnist.Distributed.Grains.Replicas;
using Mnist.Distributed.Grains.Runs;
using Mnist.Distributed.Hosting.Links;
using Mnist.Distributed.Hosting.Sockets;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Silo;

/// <summary>
/// Options of a silo process, in the configuration section <c>Silo</c>: a file
/// <c>appsettings.json</c>, environment variables such as <c>Silo__Name</c>, or arguments such as
/// <c>--Silo:Name silo-1</c>. <see cref="SiloOptionTable"/> has their keys, ranges and help.
/// </summary>
public sealed class SiloProcessOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Silo";

    /// <summary>Name of the cluster to join. Default: <c>local</c>.</summary>
    public string Cluster { get; set; } = "local";

    /// <summary>
    /// Name of this silo, unique in the cluster. Default: the host name and the process id.
    /// </summary>
    public string Name { get; set; } = $"{Environment.MachineName}-{Environment.ProcessId}";

    /// <summary>
    /// Name of the store for the membership and the grain storage. All silos of the cluster use the
    /// same store. Required.
    /// </summary>
    public string Store { get; set; } = "";

    /// <summary>
    /// IP address by which other processes reach this silo. With <c>auto</c>, the silo uses the
    /// address of the machine, if the machine has only one. Default: 127.0.0.1.
    /// </summary>
    public string Address { get; set; } = FreePorts.Loopback.ToString();

    /// <summary>
    /// IP address of this machine to listen on, or <c>any</c> for all addresses. Default: the value
    /// of <see cref="Address"/>.
    /// </summary>
    public string Listen { get; set; } = "";

    /// <summary>
    /// How others reach this silo. Default: by Unix sockets if <see cref="Address"/> and
    /// <see cref="Listen"/> are loopback addresses, else by mutual TLS.
    /// </summary>
    public SiloTransport Transport { get; set; }

    /// <summary>
    /// Folder with this silo's identity: <c>ca.crt</c>, <c>tls.crt</c>, <c>tls.key</c> and perhaps
    /// <c>ca.crl</c>. Empty for none. Default: none.
    /// </summary>
    public string Identity { get; set; } = "";

    /// <summary>Port for other silos; 0 takes a free one. Default: 0.</summary>
    public int SiloPort { get; set; }

    /// <summary>Port for clients; 0 takes a free one. Default: 0.</summary>
    public int GatewayPort { get; set; }

    /// <summary>
    /// Number of threads that compute gradients; 0 takes one per processor. Default: 0.
    /// </summary>
    public int ComputeThreads { get; set; }

    /// <summary>
    /// Whether the silo detaches from the terminal that started it, so that an interrupt there does
    /// not reach it. Default: no.
    /// </summary>
    public bool Detached { get; set; }

    /// <summary>
    /// File to which the silo writes its process and its address; empty for none. Default: none.
    /// </summary>
    public string PidFile { get; set; } = "";

    /// <summary>
    /// File that receives the silo's output. A silo that has such a file puts it aside when it is
    /// too long, and writes to a new one; empty for none. Default: none.
    /// </summary>
    public string LogFile { get; set; } = "";

    /// <summary>Megabytes after which the log file is put aside. Default: 10.</summary>
    public int LogMegabytes { get; set; } = 10;

    /// <summary>
    /// File that the silo touches once a second while it is an active member; empty for none.
    /// Default: none.
    /// </summary>
    public string HealthFile { get; set; } = "";

    /// <summary>
    /// Folder with the assemblies that <c>--models-from</c> names; empty for none. Default: none.
    /// </summary>
    public string ModelsFolder { get; set; } = "";

    /// <summary>Intervals and limits of parameter servers.</summary>
    public ParameterServerOptions ParameterServer { get; } = new();

    /// <summary>Intervals and limits of run grains.</summary>
    public RunGrainOptions Run { get; } = new();

    /// <summary>Limits of a graceful shutdown.</summary>
    public GracefulShutdownOptions Shutdown { get; } = new();

    /// <summary>
    /// When the silo asks for runs without requests, and when it removes ended runs.
    /// </summary>
    public RunWatchdogOptions Watchdog { get; } = new();

    /// <summary>When the silo gives memory back to the system.</summary>
    public SpareMemoryOptions Memory { get; } = new();

    /// <summary>
    /// Checks all options. The message of the exception says which option to change, and how.
    /// </summary>
    /// <exception cref="InvalidInputException">An option cannot be used.</exception>
    public void Validate()
    {
        foreach (var option in SiloOptionTable.All)
        {
            option.Validate(this);
        }

        Require(
            SiloPort == 0 || SiloPort != GatewayPort,
            $"Silo:SiloPort and Silo:GatewayPort are both {SiloPort}: give two different ports, or 0 for free ones.");
    }

    /// <summary>Registers the options of the grains.</summary>
    public void AddTo(IServiceCollection services) => services
        .AddSingleton(Options.Create(ParameterServer))
        .AddSingleton(Options.Create(Run))
        .AddSingleton(Options.Create(Shutdown))
        .AddSingleton(Options.Create(Watchdog))
        .AddSingleton(Options.Create(Memory));
}

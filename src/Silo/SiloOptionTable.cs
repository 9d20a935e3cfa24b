using Mnist.Distributed.Contracts;
using Mnist.Distributed.Hosting.Links;
using Mnist.Distributed.Hosting.Stores;

namespace Mnist.Distributed.Silo;

/// <summary>The options of the silo. A new option is one more row.</summary>
internal static class SiloOptionTable
{
    private const int MostLetters = 128;
    private static readonly (int Least, int Most) Ports = (0, 65_535);

    /// <summary>Options about the identity, the store and the addresses of a silo.</summary>
    public static IReadOnlyList<SiloOption> Process { get; } =
    [
        new TextOption("Store", "STORE", "where the cluster's silos keep membership and grain storage, one of (required)", o => o.Store, (o, store) => o.Store = store)
        {
            DefaultText = "",
            Details = [.. StoreName.Kinds.Select(kind => $"  {$"{kind.Name}:{kind.Needs}",-26} {kind.Summary}")],
            Fault = store => store.Length > 0
                ? null
                : $"Silo:Store is missing: give the cluster's store, {StoreName.Forms}, for example --Silo:Store sqlite:$HOME/cluster.db.",
        },
        new TextOption("Cluster", "NAME", "name of the cluster to join", o => o.Cluster, (o, cluster) => o.Cluster = cluster)
        {
            Fault = cluster => string.IsNullOrWhiteSpace(cluster) ? "Silo:Cluster is empty: give the name of the cluster to join." : FaultOfName("Silo:Cluster", cluster),
        },
        new TextOption("Name", "NAME", "name of this silo, unique in the cluster", o => o.Name, (o, name) => o.Name = name)
        {
            DefaultText = "host name and process id",
            Fault = name => string.IsNullOrWhiteSpace(name) ? "Silo:Name is empty: give a name that no other silo of the cluster has." : FaultOfName("Silo:Name", name),
        },
        new TextOption("Address", "IP", "address by which others reach this silo; auto takes this machine's only one", o => o.Address, (o, address) => o.Address = address),
        new TextOption("Listen", "IP", "address to listen on; any takes all of this machine", o => o.Listen, (o, listen) => o.Listen = listen)
        {
            DefaultText = "what Silo:Address is",
        },
        new ChoiceOption<SiloTransport>("Transport", "how others reach it: sockets (this user, this machine), tls, insecure (everybody)", o => o.Transport, (o, transport) => o.Transport = transport)
        {
            DefaultText = "sockets for a loopback address, else tls",
        },
        new TextOption("Identity", "DIR", "folder with its certificate for tls, from 'mnist cluster identity issue'", o => o.Identity, (o, folder) => o.Identity = folder)
        {
            DefaultText = "none",
            Fault = folder => folder.Length == 0 || Directory.Exists(folder) ? null : $"Silo:Identity '{Printable.Of(folder)}' is not a folder: give the folder of an identity, or leave it out.",
        },
        new NumberOption("SiloPort", "port for other silos; 0 takes a free one", Ports, o => o.SiloPort, (o, port) => o.SiloPort = port),
        new NumberOption("GatewayPort", "port for clients; 0 takes a free one", Ports, o => o.GatewayPort, (o, port) => o.GatewayPort = port),
        new NumberOption("ComputeThreads", "threads that compute gradients; 0 takes one per processor", (0, 1024), o => o.ComputeThreads, (o, threads) => o.ComputeThreads = threads),
        NumberOption.Milliseconds(
            "StragglerTimeout",
            "milliseconds that a step waits for a silo at the least; then others do its work too",
            (10, 600_000),
            o => o.ParameterServer.Stragglers.Least,
            (o, time) => (o.ParameterServer.Stragglers.Least, o.Run.Failover.StragglerTimeout) = (time, time)),
        new FlagOption("Detached", "leave the terminal it was started from", o => o.Detached, (o, detached) => o.Detached = detached),
        new TextOption("PidFile", "FILE", "file in which the silo notes its process and address", o => o.PidFile, (o, file) => o.PidFile = file)
        {
            DefaultText = "none",
            Fault = file => file.Length == 0 || (Printable.Is(file) && !string.IsNullOrWhiteSpace(file)) ? null : "Silo:PidFile names no file: give its path, or leave it out.",
        },
        new TextOption("LogFile", "FILE", "file that gets the silo's output; the silo puts it aside as FILE.1 when it is too long", o => o.LogFile, (o, file) => o.LogFile = file)
        {
            DefaultText = "none",
            Fault = file => file.Length == 0 || (Printable.Is(file) && !string.IsNullOrWhiteSpace(file)) ? null : "Silo:LogFile names no file: give its path, or leave it out.",
        },
        new NumberOption("LogMegabytes", "megabytes after which the log file is put aside", (1, 1_000), o => o.LogMegabytes, (o, megabytes) => o.LogMegabytes = megabytes),
        new TextOption("HealthFile", "FILE", "file that the silo touches once a second while it is an active member", o => o.HealthFile, (o, file) => o.HealthFile = file)
        {
            DefaultText = "none",
            Fault = file => file.Length == 0 || (Printable.Is(file) && !string.IsNullOrWhiteSpace(file)) ? null : "Silo:HealthFile names no file: give its path, or leave it out.",
        },
        new TextOption("ModelsFolder", "DIR", "folder with the assemblies of models that runs name with --models-from", o => o.ModelsFolder, (o, folder) => o.ModelsFolder = folder)
        {
            DefaultText = "none",
            Fault = folder => folder.Length == 0 || Directory.Exists(folder) ? null : $"Silo:ModelsFolder '{Printable.Of(folder)}' is not a folder: give one that is there, or leave it out.",
        },
    ];

    /// <summary>Options that are intervals or limits, in milliseconds.</summary>
    public static IReadOnlyList<SiloOption> Times { get; } =
    [
        Time("FirstStragglerTimeout", 10, "least time that the first step of a run waits for a silo", o => o.ParameterServer.Stragglers.First, (o, t) => o.ParameterServer.Stragglers.First = t),
        Time("FailoverStragglerTimeout", 10, "least time that the first step after a failover waits for a silo", o => o.ParameterServer.Stragglers.Failover, (o, t) => o.ParameterServer.Stragglers.Failover = t),
        Time("RefreshInterval", 10, "how often a parameter server looks whether silos have joined or left", o => o.ParameterServer.Participants.RefreshInterval, (o, t) => o.ParameterServer.Participants.RefreshInterval = t),
        Time("RecoveryTimeout", 10, "how long a failover waits for the silos that hold the state", o => o.ParameterServer.Participants.RecoveryTimeout, (o, t) => o.ParameterServer.Participants.RecoveryTimeout = t),
        Time("InstallTimeout", 10, "how long a silo may take to install a state", o => o.ParameterServer.Participants.InstallTimeout, (o, t) => o.ParameterServer.Participants.InstallTimeout = t),
        Time("RetryPause", 10, "how long a silo that could not take part is left alone", o => o.ParameterServer.Participants.RetryPause, (o, t) => o.ParameterServer.Participants.RetryPause = t),
        Time("FirstSlicePause", 10, "pause in slices after they have failed; doubles with each failure", o => o.ParameterServer.Slices.First, (o, t) => o.ParameterServer.Slices.First = t),
        Time("LongestSlicePause", 10, "longest pause in slices", o => o.ParameterServer.Slices.Longest, (o, t) => o.ParameterServer.Slices.Longest = t),
        Time("LongestTurn", 1, "how long a parameter server computes before it yields the turn", o => o.ParameterServer.LongestTurn, (o, t) => o.ParameterServer.LongestTurn = t),
        Time("DriverTimeout", 10, "how long training waits at a checkpoint for the run to go on", o => o.ParameterServer.DriverTimeout, (o, t) => o.ParameterServer.DriverTimeout = t),
        Time("FailoverTimeout", 10, "how long a new parameter server may take to begin", o => o.Run.Failover.Timeout, (o, t) => o.Run.Failover.Timeout = t),
        Time("FirstFailoverPause", 10, "pause after a failover that has failed; doubles with each failure", o => o.Run.Failover.FirstPause, (o, t) => o.Run.Failover.FirstPause = t),
        Time("LongestFailoverPause", 10, "longest pause between two failovers", o => o.Run.Failover.LongestPause, (o, t) => o.Run.Failover.LongestPause = t),
        Time("CheckpointRetryPause", 10, "pause between two attempts to write a checkpoint", o => o.Run.CheckpointRetryPause, (o, t) => o.Run.CheckpointRetryPause = t),
        Time("RunRest", 10, "how long a run that is over stays in memory", o => o.Run.Rest, (o, t) => o.Run.Rest = t),
        Time("ShutdownTimeout", 10, "how long a silo that leaves may take to hand over", o => o.Shutdown.Timeout, (o, t) => o.Shutdown.Timeout = t),
        Time("WatchdogInterval", 10, "how long a silo waits for a step before it asks for the run", o => o.Watchdog.Interval, (o, t) => o.Watchdog.Interval = t),
        Time(
            "ForgetAfter",
            100,
            "how long a run that is over must be silent until a silo forgets it",
            o => o.Watchdog.ForgetAfter,
            (o, t) => (o.Watchdog.ForgetAfter, o.ParameterServer.ForgottenAfter) = (t, t)),
        Time("MemoryDelay", 10, "how long a silo has no run until it gives memory back", o => o.Memory.Delay, (o, t) => o.Memory.Delay = t),
        Time("UnreadAfter", 100, "how long mapped memory of other silos is kept unread", o => o.Memory.UnreadAfter, (o, t) => o.Memory.UnreadAfter = t),
    ];

    /// <summary>All options, in the order of the help.</summary>
    public static IReadOnlyList<SiloOption> All { get; } = [.. Process, .. Times];

    private static string? FaultOfName(string key, string name) => name.Length <= MostLetters && Printable.Is(name)
        ? null
        : $"{key} has more than {MostLetters} letters, or some that cannot be shown: give another name.";

    private static NumberOption Time(string name, int least, string help, Func<SiloProcessOptions, TimeSpan> get, Action<SiloProcessOptions, TimeSpan> set) =>
        NumberOption.Milliseconds(name, help, (least, 600_000), get, set);
}

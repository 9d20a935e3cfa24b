using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Hosting.Stores;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>The current state of a silo of a cluster; a row of <c>cluster status</c>.</summary>
/// <param name="Silo">Name of the silo.</param>
/// <param name="Pid">Process id; null for a silo on another machine.</param>
/// <param name="Address">Address in the cluster; null until the silo has one.</param>
/// <param name="State">
/// <c>starting</c>, <c>active</c>, <c>leaving</c>, <c>dead</c> or <c>gone</c>.
/// </param>
/// <param name="Version">Version of its program; null if unknown.</param>
/// <param name="Log">Path of its log file; null for a silo on another machine.</param>
internal sealed record SiloState(string Silo, int? Pid, string? Address, string State, string? Version, string? Log)
{
    /// <summary>Number of its compute threads; null if the silo does not answer.</summary>
    public int? Threads { get; init; }

    /// <summary>
    /// Physical memory of its process in bytes; null if the silo does not answer.
    /// </summary>
    public long? ResidentBytes { get; init; }

    /// <summary>The runs that it has replicas of; null if the silo does not answer.</summary>
    public IReadOnlyList<string>? RunIds { get; init; }

    /// <summary>Number of workers of these runs; null if the silo does not answer.</summary>
    public int? Workers { get; init; }

    /// <summary>Whether its program has another version than this program.</summary>
    public bool IsOtherVersion { get; init; }

    /// <summary>The silo is a member of the cluster and its process is alive.</summary>
    public const string Active = "active";

    /// <summary>The process has ended.</summary>
    public const string Gone = "gone";

    /// <summary>
    /// The other silos have declared this silo dead, but its process still exists: it is suspended,
    /// or has just read the declaration. On another machine, it may have ended.
    /// </summary>
    public const string Dead = "dead";

    private const string Starting = "starting";

    /// <summary>Whether the silo is a member of the cluster, or starts to be one.</summary>
    public bool IsMember => State is Active or Starting;

    /// <summary>
    /// This state with what the silo says itself; unchanged if it has not answered.
    /// </summary>
    /// <param name="loads">The answers of the silos of the cluster.</param>
    public SiloState With(IReadOnlyList<SiloLoad> loads) => loads.FirstOrDefault(load => load.Name == Silo && load.Address == Address) is { } load
        ? this with { Version = load.Version, Threads = load.Threads, ResidentBytes = load.ResidentBytes, RunIds = load.RunIds, Workers = load.Workers }
        : this;

    /// <summary>Derives the state from the process and its row in the membership table.</summary>
    public static SiloState Of(SiloProcess process, MembershipRow? member) => new(
        process.Silo,
        process.Pid,
        member?.Address,
        process.IsAlive ? NameOf(member?.Status) : Gone,
        process.Version,
        process.Log);

    /// <summary>
    /// The name of a status in the membership table. A silo without a row is starting.
    /// </summary>
    public static string NameOf(SiloStatus? status) => status switch
    {
        SiloStatus.Active => Active,
        null or SiloStatus.None or SiloStatus.Created or SiloStatus.Joining => Starting,
        SiloStatus.Dead => Dead,
        _ => "leaving",
    };
}

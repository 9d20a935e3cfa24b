using Mnist.Distributed.Hosting.Stores;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>A silo of a cluster as it is now: a row of <c>cluster status</c>.</summary>
/// <param name="Silo">The silo's name.</param>
/// <param name="Pid">Process id; null for a silo on another machine.</param>
/// <param name="Address">Address in the cluster; null before it has one.</param>
/// <param name="State"><c>starting</c>, <c>active</c>, <c>leaving</c>, <c>dead</c> or
/// <c>gone</c>.</param>
/// <param name="Version">Version of its program; null when it is not known.</param>
/// <param name="Log">Its log file; null for a silo on another machine.</param>
internal sealed record SiloState(string Silo, int? Pid, string? Address, string State, string? Version, string? Log)
{
    /// <summary>The silo is a member of the cluster and its process lives.</summary>
    public const string Active = "active";

    /// <summary>The process has ended.</summary>
    public const string Gone = "gone";

    /// <summary>
    /// The others have declared it dead, but its process is still there: it stands still, or has
    /// just noticed.
    /// </summary>
    public const string Dead = "dead";

    private const string Starting = "starting";

    /// <summary>Whether it takes part in the cluster, or is about to.</summary>
    public bool IsMember => State is Active or Starting;

    /// <summary>Judges by the process and its membership row.</summary>
    public static SiloState Of(SiloProcess process, MembershipRow? member) => new(
        process.Silo,
        process.Pid,
        member?.Address,
        process.IsAlive ? NameOf(member?.Status) : Gone,
        process.Version,
        process.Log);

    /// <summary>
    /// What a status in the membership table is called; a silo without one has yet to enter it.
    /// </summary>
    public static string NameOf(SiloStatus? status) => status switch
    {
        SiloStatus.Active => Active,
        null or SiloStatus.None or SiloStatus.Created or SiloStatus.Joining => Starting,
        SiloStatus.Dead => Dead,
        _ => "leaving",
    };
}

namespace Mnist.Distributed.Contracts.Ledgers;

/// <summary>Something that happened to the cluster during a run.</summary>
/// <param name="Step">The step in which it happened, counted from the start of the run.</param>
/// <param name="Kind">The kind of the incident.</param>
/// <param name="Silo">Name of the silo that the incident is about.</param>
/// <param name="Reason">The reason, in a few words.</param>
/// <param name="Seconds">
/// Seconds from the commit before this step to the commit of this step. All incidents of a step
/// have the same number: the time that they cost together.
/// </param>
/// <param name="At">
/// When it was noticed (UTC), by the clock of the silo that noticed it; null in a record of an
/// older version.
/// </param>
[GenerateSerializer, Immutable, Alias("mnist.Incident")]
public sealed record Incident(
    [property: Id(0)] long Step,
    [property: Id(1)] IncidentKind Kind,
    [property: Id(2)] string Silo,
    [property: Id(3)] string Reason,
    [property: Id(4)] double Seconds,
    [property: Id(5)] DateTime? At = null)
{
    /// <summary>Whether an incident says the same as this one, whenever it was noticed.</summary>
    public bool IsSame(Incident other) => this == other with { At = At };
}

/// <summary>The kinds of incidents.</summary>
public enum IncidentKind
{
    /// <summary>A silo has become a participant.</summary>
    Joined,

    /// <summary>A silo drains: it hands its workers over before it ends.</summary>
    Left,

    /// <summary>
    /// A silo is a straggler: it has not answered within the straggler timeout. Its workers go to
    /// other silos until it answers again.
    /// </summary>
    Late,

    /// <summary>A silo takes no part any more, because it is lost.</summary>
    Lost,

    /// <summary>A silo could not become a participant, or could not compute its share.</summary>
    Refused,

    /// <summary>
    /// Failover of the parameter server: a new generation serves the run, on this silo.
    /// </summary>
    TakenOver,

    /// <summary>
    /// The parameter server, on this silo, waited at a checkpoint, because no run grain drove the
    /// run.
    /// </summary>
    Waited,

    /// <summary>Failover of the run: the run grain is on this silo now.</summary>
    Moved,

    /// <summary>
    /// The run continues from its record, after every silo was lost or after somebody stopped the
    /// run.
    /// </summary>
    Resumed,

    /// <summary>A record of the run was damaged or could not be written.</summary>
    Storage,

    /// <summary>
    /// A step in slices has failed. For a while, the parameter server, on this silo, exchanges
    /// whole vectors with every silo.
    /// </summary>
    Unsliced,
}

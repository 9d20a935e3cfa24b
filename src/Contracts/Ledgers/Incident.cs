namespace Mnist.Distributed.Contracts.Ledgers;

/// <summary>Something that happened to the cluster while it trained.</summary>
/// <param name="Step">The step it happened in, counted from the start of the run.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Silo">Name of the silo it is about.</param>
/// <param name="Reason">Why, in a few words.</param>
/// <param name="Seconds">From the commit before to the commit of this step: what all incidents of the step cost together.</param>
[GenerateSerializer, Immutable, Alias("mnist.Incident")]
public sealed record Incident(
    [property: Id(0)] long Step,
    [property: Id(1)] IncidentKind Kind,
    [property: Id(2)] string Silo,
    [property: Id(3)] string Reason,
    [property: Id(4)] double Seconds);

/// <summary>What can happen to a cluster.</summary>
public enum IncidentKind
{
    /// <summary>A silo takes a share from now on.</summary>
    Joined,

    /// <summary>A silo hands over its share before it ends.</summary>
    Left,

    /// <summary>A silo has not answered in time; its workers are given to others until it answers again.</summary>
    Late,

    /// <summary>A silo is out of the run.</summary>
    Lost,

    /// <summary>A silo could not be taken in.</summary>
    Refused,

    /// <summary>A new parameter server has taken up the run, on this silo.</summary>
    TakenOver,

    /// <summary>The parameter server, on this silo, stood at a checkpoint because nobody drove the run.</summary>
    Waited,

    /// <summary>The run is driven from this silo from now on.</summary>
    Moved,

    /// <summary>The run goes on from its record after every silo was lost, or after it was stopped.</summary>
    Resumed,

    /// <summary>One of the run's records was damaged or could not be written.</summary>
    Storage,

    /// <summary>A step in slices has failed: the parameter server, on this silo, exchanges whole vectors with every silo for a while.</summary>
    Unsliced,
}

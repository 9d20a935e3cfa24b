namespace Mnist.Distributed.Tests.Simulation.Faults;

/// <summary>
/// The kinds of faults in a schedule. The profile of a schedule follows from its seed.
/// </summary>
public enum Profile
{
    /// <summary>No faults. Only the times of messages differ.</summary>
    Calm,

    /// <summary>Silos are slow or stopped for a while.</summary>
    Late,

    /// <summary>Silos are killed, others join.</summary>
    Lost,

    /// <summary>Messages are lost, doubled, overtaken, or cannot pass.</summary>
    Wires,

    /// <summary>
    /// The silos of the parameter server and of the run are stopped or cut off, are replaced, and
    /// go on later.
    /// </summary>
    SplitBrain,

    /// <summary>Silos shut down gracefully, others join.</summary>
    Draining,

    /// <summary>All silos are lost at once; the store may be damaged meanwhile.</summary>
    TotalLoss,

    /// <summary>
    /// The store does not answer, or does not tell whether it has written, while silos come and go.
    /// </summary>
    Storage,

    /// <summary>Silos of other numerics are there and join.</summary>
    Numerics,

    /// <summary>
    /// The model fails on one silo for a while, as without memory, and silos are slow.
    /// </summary>
    Refusal,

    /// <summary>All kinds of faults but refusals.</summary>
    Everything,
}

namespace Mnist.Distributed.Tests.Simulation.Faults;

/// <summary>What goes wrong in a schedule. A schedule's profile follows from its seed.</summary>
public enum Profile
{
    /// <summary>Nothing; messages only take a little longer or shorter.</summary>
    Calm,

    /// <summary>Silos are slow or stopped for a while.</summary>
    Late,

    /// <summary>Silos are killed, others join.</summary>
    Lost,

    /// <summary>Messages are lost, doubled, overtaken and cut off.</summary>
    Wires,

    /// <summary>The silos of the parameter server and of the run fall silent, are replaced, and go on later.</summary>
    SplitBrain,

    /// <summary>Silos leave in good order, others join.</summary>
    Draining,

    /// <summary>All silos are lost at once; the store may be damaged meanwhile.</summary>
    TotalLoss,

    /// <summary>The store does not answer, or does not say what it did, while silos come and go.</summary>
    Storage,

    /// <summary>Silos of other numerics are there and join.</summary>
    Numerics,

    /// <summary>All of it.</summary>
    Everything,
}

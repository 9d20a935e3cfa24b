using Mnist.Distributed.Contracts.Ledgers;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>Told of what happens to a run's silos, when it happens.</summary>
public interface IIncidentLog
{
    /// <summary>Something has happened.</summary>
    /// <param name="kind">What.</param>
    /// <param name="silo">Name of the silo.</param>
    /// <param name="reason">Why, in a few words.</param>
    void Note(IncidentKind kind, string silo, string reason);
}

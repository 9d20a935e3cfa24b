using Mnist.Distributed.Contracts.Ledgers;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>Receives the incidents of a run at the time they happen.</summary>
public interface IIncidentLog
{
    /// <summary>Notes an incident.</summary>
    /// <param name="kind">The kind of the incident.</param>
    /// <param name="silo">Name of the silo.</param>
    /// <param name="reason">The reason, in a few words.</param>
    void Note(IncidentKind kind, string silo, string reason);
}

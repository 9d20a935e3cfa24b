namespace Mnist.Distributed.Contracts.Ledgers;

/// <summary>
/// Which incidents disturb a run. A silo that joins or leaves as it should does not, and a run that
/// somebody resumes has been disturbed before.
/// </summary>
public static class IncidentKinds
{
    private static readonly HashSet<string> Orderly = [.. Enum.GetValues<IncidentKind>().Where(kind => !kind.IsDisturbance()).Select(kind => SnakeCase.Of(kind))];

    /// <summary>Whether incidents of a kind are faults.</summary>
    public static bool IsDisturbance(this IncidentKind kind) => kind is not (IncidentKind.Joined or IncidentKind.Left or IncidentKind.Resumed);

    /// <summary>
    /// Whether incidents of a kind are faults, by the name that the kind has in files. Kinds of
    /// other versions are.
    /// </summary>
    public static bool IsDisturbance(string name) => !Orderly.Contains(name);
}

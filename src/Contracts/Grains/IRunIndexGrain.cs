namespace Mnist.Distributed.Contracts.Grains;

/// <summary>
/// The list of the runs of a cluster. A cluster has one, with the key <see cref="Key"/>.
/// </summary>
[Alias("mnist.IRunIndexGrain")]
public interface IRunIndexGrain : IGrainWithStringKey
{
    /// <summary>The key of the grain.</summary>
    const string Key = "runs";

    /// <summary>Adds a run; adding it again changes nothing.</summary>
    [Alias("Add")]
    Task Add(string runId);

    /// <summary>Removes a run; removing it again changes nothing.</summary>
    [Alias("Remove")]
    Task Remove(string runId);

    /// <summary>All run ids, oldest first.</summary>
    [Alias("List")]
    Task<IReadOnlyList<string>> List();
}

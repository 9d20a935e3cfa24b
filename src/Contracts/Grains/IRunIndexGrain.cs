namespace Mnist.Distributed.Contracts.Grains;

/// <summary>The list of a cluster's runs; there is one, with the key <see cref="Key"/>.</summary>
[Alias("mnist.IRunIndexGrain")]
public interface IRunIndexGrain : IGrainWithStringKey
{
    /// <summary>The key of the only index.</summary>
    const string Key = "runs";

    /// <summary>Adds a run; adding it again changes nothing.</summary>
    [Alias("Add")]
    Task Add(string runId);

    /// <summary>All run ids, oldest first.</summary>
    [Alias("List")]
    Task<IReadOnlyList<string>> List();
}

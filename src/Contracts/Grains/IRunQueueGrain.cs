using Orleans.Concurrency;

namespace Mnist.Distributed.Contracts.Grains;

/// <summary>
/// The runs and sweeps of a cluster that need somebody to look after them: runs that wait for their
/// turn, and sweeps that are not over. A cluster has one, with the key <see cref="Key"/>. Every
/// silo calls <see cref="Tend"/> again and again, so the queue goes on after the loss of any silo.
/// </summary>
[Alias("mnist.IRunQueueGrain")]
public interface IRunQueueGrain : IGrainWithStringKey
{
    /// <summary>The key of the grain.</summary>
    const string Key = "queue";

    /// <summary>Appends a run to the queue; appending it again changes nothing.</summary>
    [Alias("Add")]
    Task Add(string runId);

    /// <summary>Looks after a sweep until it is over.</summary>
    [Alias("AddSweep")]
    Task AddSweep(string sweepId);

    /// <summary>The ids of all sweeps of the cluster, oldest first.</summary>
    [Alias("Sweeps"), AlwaysInterleave, ResponseTimeout("00:00:10")]
    Task<IReadOnlyList<string>> Sweeps();

    /// <summary>Removes a sweep that was deleted.</summary>
    [Alias("RemoveSweep")]
    Task RemoveSweep(string sweepId);

    /// <summary>
    /// Starts the first run of the queue if no run trains, and wakes the sweeps that are not over.
    /// </summary>
    [Alias("Tend"), AlwaysInterleave, ResponseTimeout("00:05:00")]
    Task Tend();
}

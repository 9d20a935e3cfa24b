using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Contracts.Sweeps;
using Orleans.Concurrency;

namespace Mnist.Distributed.Contracts.Grains;

/// <summary>
/// Drives a sweep: it starts as many trials at a time as the cluster has compute threads, and at
/// each rung decides which of them go on. Its key is the id of the sweep. A sweep needs no watcher.
/// </summary>
[Alias("mnist.ISweepGrain")]
public interface ISweepGrain : IGrainWithStringKey
{
    /// <summary>Starts the sweep. Starting it again with the same plan changes nothing.</summary>
    /// <param name="plan">What to train.</param>
    /// <param name="initial">
    /// The state that all trials start from; null for newly drawn weights.
    /// </param>
    /// <exception cref="InvalidInputException">
    /// The plan cannot be used, or the sweep exists with another one.
    /// </exception>
    [Alias("Start"), ResponseTimeout("00:01:00")]
    Task Start(SweepPlan plan, TrainingState? initial);

    /// <summary>A description of the sweep at this moment.</summary>
    [Alias("Describe"), AlwaysInterleave, ResponseTimeout("00:00:10")]
    Task<SweepDescription> Describe();

    /// <summary>
    /// A description of the sweep when it has changed since <paramref name="version"/>. If it has
    /// not, the call waits for up to about a second. The plan is null, because it never changes.
    /// </summary>
    [Alias("Watch"), AlwaysInterleave, ResponseTimeout("00:00:10")]
    Task<SweepDescription> Watch(long version);

    /// <summary>
    /// Stops the sweep and its trials, each after the step in progress. A sweep that has ended does
    /// not change.
    /// </summary>
    [Alias("Stop"), ResponseTimeout("00:01:00")]
    Task Stop();

    /// <summary>Goes on with a sweep that was stopped.</summary>
    /// <exception cref="InvalidInputException">There is nothing to go on with.</exception>
    [Alias("Resume"), ResponseTimeout("00:01:00")]
    Task Resume();

    /// <summary>Deletes the sweep and the runs of its trials.</summary>
    /// <exception cref="InvalidInputException">The sweep is not over.</exception>
    [Alias("Delete"), ResponseTimeout("00:05:00")]
    Task Delete();

    /// <summary>
    /// Activates the grain, so that a sweep whose silo was lost goes on.
    /// </summary>
    /// <returns>Whether the sweep goes on.</returns>
    [Alias("Tend"), AlwaysInterleave, ResponseTimeout("00:00:10")]
    Task<bool> Tend();
}

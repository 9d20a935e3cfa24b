using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Orleans.Concurrency;

namespace Mnist.Distributed.Contracts.Grains;

/// <summary>
/// The run grain: it owns plan and progress of one run and drives the epochs (train, evaluate,
/// checkpoint). Its key is the run id. Any number of watchers may read its events, and the run does
/// not need a watcher.
/// </summary>
[Alias("mnist.ITrainingRunGrain")]
public interface ITrainingRunGrain : IGrainWithStringKey
{
    /// <summary>Starts the run. Starting a run again with the same plan changes nothing.</summary>
    /// <param name="plan">What to train.</param>
    /// <param name="options">Options of the run that do not change its result.</param>
    /// <param name="initial">The state to start from; null for newly drawn weights.</param>
    /// <param name="traceParent">W3C trace context of the caller, or null.</param>
    /// <exception cref="InvalidInputException">
    /// This cluster cannot run the plan. The message says why.
    /// </exception>
    [Alias("Start"), ResponseTimeout("00:05:00")]
    Task Start(TrainingPlan plan, RunOptions options, TrainingState? initial, string? traceParent);

    /// <summary>
    /// Continues a run from its newest checkpoint. The run was stopped, has failed, or was
    /// interrupted by the loss of every silo.
    /// </summary>
    /// <param name="acceptMixedNumerics">
    /// Whether silos may take part whose fingerprints differ. The result may then differ in its
    /// last bits.
    /// </param>
    /// <param name="traceParent">W3C trace context of the caller, or null.</param>
    /// <param name="pauseAfter">
    /// The epoch after which the run stops again; 0 for the end of the run.
    /// </param>
    /// <exception cref="InvalidInputException">
    /// There is nothing to resume, or this cluster cannot resume it. The message says which.
    /// </exception>
    [Alias("Resume"), ResponseTimeout("00:05:00")]
    Task Resume(bool acceptMixedNumerics, string? traceParent, int pauseAfter = 0);

    /// <summary>
    /// Starts a run that waits in the queue. A run that does not wait any more does not change.
    /// </summary>
    [Alias("Launch"), ResponseTimeout("00:05:00")]
    Task Launch();

    /// <summary>All that is durable of the run, to go on with it elsewhere.</summary>
    /// <exception cref="InvalidInputException">The run trains, or there is no such run.</exception>
    [Alias("GetCopy"), ResponseTimeout("00:01:00")]
    Task<RunCopy> GetCopy();

    /// <summary>
    /// Takes over a run from elsewhere. The run does not train before it is resumed. A run that has
    /// got further here stays as it is.
    /// </summary>
    /// <exception cref="InvalidInputException">
    /// The run trains here, or has another plan here.
    /// </exception>
    [Alias("Adopt"), ResponseTimeout("00:01:00")]
    Task Adopt(RunCopy copy);

    /// <summary>Deletes all that is durable of the run.</summary>
    /// <exception cref="InvalidInputException">The run trains.</exception>
    [Alias("Delete"), ResponseTimeout("00:00:30")]
    Task Delete();

    /// <summary>
    /// Whether a start or a resume of the run is in progress. It is not if the silo that got the
    /// call has been lost.
    /// </summary>
    [Alias("IsStarting"), AlwaysInterleave, ResponseTimeout("00:00:03")]
    Task<bool> IsStarting();

    /// <summary>A description of the run at this moment.</summary>
    [Alias("Describe"), AlwaysInterleave, ResponseTimeout("00:00:03")]
    Task<RunDescription> Describe();

    /// <summary>
    /// The events since <paramref name="cursor"/>. If there are none, the call waits for up to
    /// about a second.
    /// </summary>
    [Alias("Watch"), AlwaysInterleave, ResponseTimeout("00:00:02.5")]
    Task<RunEventBatch> Watch(RunCursor cursor);

    /// <summary>
    /// Stops the run after the step in progress. A run that has ended does not change.
    /// </summary>
    [Alias("Stop"), AlwaysInterleave, ResponseTimeout("00:00:10")]
    Task Stop();

    /// <summary>
    /// The weights that are the result of the run, as <see cref="RunOptions.Keep"/> says; null when
    /// there is no checkpoint yet.
    /// </summary>
    [Alias("GetWeights"), AlwaysInterleave]
    Task<RunWeights?> GetWeights();

    /// <summary>
    /// The weights of this moment: those of a replica while the run trains, else those of the
    /// newest checkpoint. Null when there are none yet.
    /// </summary>
    [Alias("GetLiveWeights"), AlwaysInterleave]
    Task<RunWeights?> GetLiveWeights();

    /// <summary>The state of the newest checkpoint; null when there is no checkpoint yet.</summary>
    [Alias("GetState"), AlwaysInterleave]
    Task<TrainingState?> GetState();

    /// <summary>
    /// The newest state in the record at or before <paramref name="step"/>; null when the record
    /// has no such state.
    /// </summary>
    [Alias("GetCheckpointBefore"), AlwaysInterleave]
    Task<TrainingState?> GetCheckpointBefore(long step);

    /// <summary>
    /// The state that the run started from; null when the run started from newly drawn weights.
    /// </summary>
    [Alias("GetInitialState"), AlwaysInterleave]
    Task<TrainingState?> GetInitialState();

    /// <summary>The ledger up to the newest checkpoint.</summary>
    [Alias("GetLedger"), AlwaysInterleave]
    Task<Ledger> GetLedger();

    /// <summary>
    /// Reads the two copies of the run's record again, and compares them with what the run has
    /// stored. So a store that was changed meanwhile is found out.
    /// </summary>
    [Alias("CheckStore"), AlwaysInterleave]
    Task<IReadOnlyList<StoredCopy>> CheckStore();
}

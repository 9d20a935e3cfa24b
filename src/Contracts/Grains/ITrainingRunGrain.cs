using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Orleans.Concurrency;

namespace Mnist.Distributed.Contracts.Grains;

/// <summary>
/// The coordinator's hand inside the cluster; its key is the run id. Owns the plan and the progress, drives the epochs
/// (train, evaluate, checkpoint) and tells any number of watchers. It goes on when nobody watches.
/// </summary>
[Alias("mnist.ITrainingRunGrain")]
public interface ITrainingRunGrain : IGrainWithStringKey
{
    /// <summary>Starts the run. Starting a run again with the same plan changes nothing.</summary>
    /// <param name="plan">What to train.</param>
    /// <param name="options">How.</param>
    /// <param name="initial">State to start from, or null for freshly drawn weights.</param>
    /// <param name="traceParent">W3C trace context of the caller, or null.</param>
    /// <exception cref="InvalidInputException">The plan cannot be run on this cluster.</exception>
    [Alias("Start"), ResponseTimeout("00:05:00")]
    Task Start(TrainingPlan plan, RunOptions options, TrainingState? initial, string? traceParent);

    /// <summary>Lets a run go on from its newest checkpoint that was stopped, has failed, or was interrupted by the loss of every silo.</summary>
    /// <param name="acceptMixedNumerics">Whether silos may take part whose arithmetic may differ in its last bits.</param>
    /// <param name="traceParent">W3C trace context of the caller, or null.</param>
    /// <exception cref="InvalidInputException">There is nothing to resume, or this cluster cannot.</exception>
    [Alias("Resume"), ResponseTimeout("00:05:00")]
    Task Resume(bool acceptMixedNumerics, string? traceParent);

    /// <summary>The run as it is now.</summary>
    [Alias("Describe"), AlwaysInterleave, ResponseTimeout("00:00:03")]
    Task<RunDescription> Describe();

    /// <summary>What happened since <paramref name="cursor"/>; waits up to about a second for something to happen.</summary>
    [Alias("Watch"), AlwaysInterleave, ResponseTimeout("00:00:02.5")]
    Task<RunEventBatch> Watch(RunCursor cursor);

    /// <summary>Stops the run after the step it is in. A run that is over stays as it is.</summary>
    [Alias("Stop"), AlwaysInterleave, ResponseTimeout("00:00:10")]
    Task Stop();

    /// <summary>The newest checkpointed state, or null when there is none yet.</summary>
    [Alias("GetState"), AlwaysInterleave]
    Task<TrainingState?> GetState();

    /// <summary>The newest state that is still kept and is not after <paramref name="step"/>, or null.</summary>
    [Alias("GetCheckpointBefore"), AlwaysInterleave]
    Task<TrainingState?> GetCheckpointBefore(long step);

    /// <summary>The state that the run started from; null for freshly drawn weights.</summary>
    [Alias("GetInitialState"), AlwaysInterleave]
    Task<TrainingState?> GetInitialState();

    /// <summary>The ledger up to the newest checkpoint.</summary>
    [Alias("GetLedger"), AlwaysInterleave]
    Task<Ledger> GetLedger();
}

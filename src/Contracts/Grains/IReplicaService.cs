using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Orleans.Services;

namespace Mnist.Distributed.Contracts.Grains;

/// <summary>
/// The replicas of one silo: the service keeps the copy of the state of each run on the silo, and
/// computes gradients with the workers of the silo. Every silo has one such service. Every request
/// carries the update that leads to the step of the request, so a replica that gets requests is a
/// hot standby of the whole state. All calls may be repeated, and all carry the generation of the
/// parameter server. When a replica has heard of a newer generation, it refuses requests of older
/// ones.
/// </summary>
[Alias("mnist.IReplicaService")]
public interface IReplicaService : IGrainService
{
    /// <summary>
    /// Loads the model and the data of the run on this silo, and reports the state that the silo
    /// has.
    /// </summary>
    /// <exception cref="InvalidInputException">
    /// The silo cannot run the plan. The message says why.
    /// </exception>
    [Alias("Prepare"), ResponseTimeout("00:05:00")]
    Task<ReplicaReport> Prepare(RunGeneration generation, TrainingPlan plan);

    /// <summary>
    /// Replaces the state of the run on this silo. Null stands for the initial state of the plan:
    /// the replica draws the weights itself.
    /// </summary>
    /// <returns>
    /// <see cref="ReplyStatus.Done"/>, or <see cref="ReplyStatus.Superseded"/> when the generation
    /// is out of date.
    /// </returns>
    [Alias("Install")]
    Task<ReplyStatus> Install(RunGeneration generation, TrainingState? state);

    /// <summary>
    /// Applies the update of the request, and computes the gradients of some workers at one step.
    /// </summary>
    [Alias("ComputeStep"), ResponseTimeout("00:05:00")]
    Task<StepReply> ComputeStep(StepRequest request);

    /// <summary>
    /// Computes the gradients of the workers of this silo at one step, as soon as all slices of the
    /// update before the step have arrived. The silo passes the request on to the other silos of
    /// the request, sums one slice over all these silos, and answers with the slice of the sum.
    /// </summary>
    [Alias("SumSlice"), ResponseTimeout("00:05:00")]
    Task<SliceReply> SumSlice(SliceRequest request);

    /// <summary>Evaluates some chunks of the test images.</summary>
    [Alias("Evaluate"), ResponseTimeout("00:05:00")]
    Task<EvaluationReply> Evaluate(EvaluationRequest request);

    /// <summary>
    /// The state of the run on this silo. If <paramref name="update"/> is the update of the step of
    /// this state, the replica applies the update first. Null when the silo has no state of the
    /// run.
    /// </summary>
    [Alias("GetState")]
    Task<TrainingState?> GetState(RunGeneration generation, StepUpdate? update);

    /// <summary>
    /// A copy of the state of the run on this silo, for a reader outside the protocol of the steps;
    /// null when the silo has none.
    /// </summary>
    [Alias("Peek"), ResponseTimeout("00:00:05")]
    Task<TrainingState?> Peek(string runId);

    /// <summary>Whether this silo holds the run: its replica has a state of the run.</summary>
    [Alias("Holds"), ResponseTimeout("00:00:05")]
    Task<bool> Holds(string runId);

    /// <summary>
    /// Removes the run from this silo, unless a later generation has prepared for it since.
    /// </summary>
    [Alias("Release")]
    Task Release(RunGeneration generation);

    /// <summary>What the silo has to do at this moment.</summary>
    [Alias("Load"), ResponseTimeout("00:00:02")]
    Task<SiloLoad> Load();
}

/// <summary>
/// Identifies one parameter server of a run. A later generation replaces an earlier one that does
/// not answer any more.
/// </summary>
/// <param name="RunId">The run.</param>
/// <param name="Number">
/// The number of the generation; 1 for the first parameter server of the run.
/// </param>
[GenerateSerializer, Immutable, Alias("mnist.RunGeneration")]
public readonly record struct RunGeneration([property: Id(0)] string RunId, [property: Id(1)] long Number);

/// <summary>How a replica answered a request.</summary>
public enum ReplyStatus
{
    /// <summary>The replica carried out the request.</summary>
    Done,

    /// <summary>
    /// The state of the replica is at another step than the request. The parameter server can
    /// install a state to correct this.
    /// </summary>
    OtherStep,

    /// <summary>
    /// A newer generation of the parameter server exists. The sender of the request must stop.
    /// </summary>
    Superseded,
}

/// <summary>A replica's report of itself.</summary>
/// <param name="Silo">The silo.</param>
/// <param name="Step">Step of the state on this silo; null when there is no state.</param>
/// <param name="IdleSeconds">Seconds since the last request for a step.</param>
[GenerateSerializer, Immutable, Alias("mnist.ReplicaReport")]
public sealed record ReplicaReport(
    [property: Id(0)] SiloReport Silo,
    [property: Id(1)] long? Step,
    [property: Id(2)] double IdleSeconds);

/// <summary>
/// Asks a silo for the gradients of workers <paramref name="FirstWorker"/> up to, not including,
/// <paramref name="EndWorker"/>.
/// </summary>
/// <param name="Generation">The generation of the parameter server that asks.</param>
/// <param name="Step">The step to compute, counted from the start of the run.</param>
/// <param name="Update">
/// The update of the step before <paramref name="Step"/>; null when the replica has the state at
/// <paramref name="Step"/> for another reason, such as an install.
/// </param>
/// <param name="FirstWorker">Index of the first worker.</param>
/// <param name="EndWorker">
/// Index after the last worker. It is equal to <paramref name="FirstWorker"/> for a silo that
/// computes nothing and only keeps its replica current.
/// </param>
/// <param name="TraceParent">W3C trace context of the step; null when the step is not
/// sampled.</param>
/// <param name="HashWanted">Whether the answer must hold the hash of the parameters.</param>
/// <param name="DurableStep">
/// The ledger of all steps before this one is durable, so the replica may drop it.
/// </param>
/// <param name="SharesMemory">
/// Whether the silo that asks can map the memory of the silo that answers.
/// </param>
[GenerateSerializer, Immutable, Alias("mnist.StepRequest")]
public sealed record StepRequest(
    [property: Id(0)] RunGeneration Generation,
    [property: Id(1)] long Step,
    [property: Id(2)] StepUpdate? Update,
    [property: Id(3)] int FirstWorker,
    [property: Id(4)] int EndWorker,
    [property: Id(5)] string? TraceParent,
    [property: Id(6)] bool HashWanted,
    [property: Id(7)] long DurableStep,
    [property: Id(8)] bool SharesMemory = false);

/// <summary>The answer of a silo to a <see cref="StepRequest"/>.</summary>
/// <param name="Status">
/// How the replica answered. Only an answer with <see cref="ReplyStatus.Done"/> has nodes.
/// </param>
/// <param name="Nodes">
/// The sums of the gradients of the share, in worker order. Neighbours are reduced as far as the
/// summation tree allows.
/// </param>
/// <param name="Hash">
/// Hash of the parameters that the gradients were computed with; null when the request did not ask
/// for it.
/// </param>
/// <param name="Draining">
/// Whether the silo drains: it leaves soon and wants no more requests.
/// </param>
/// <param name="Seconds">Time from the request to this answer, on the silo.</param>
[GenerateSerializer, Immutable, Alias("mnist.StepReply")]
public sealed record StepReply(
    [property: Id(0)] ReplyStatus Status,
    [property: Id(1)] IReadOnlyList<GradientNode> Nodes,
    [property: Id(2)] StateHash? Hash,
    [property: Id(3)] bool Draining,
    [property: Id(4)] double Seconds = 0);

/// <summary>The sum at one node of the summation tree.</summary>
/// <param name="FirstWorker">Index of the first worker under the node.</param>
/// <param name="EndWorker">Index after the last worker under the node.</param>
/// <param name="Gradient">
/// Sum of the gradients and of the batch statistics over the samples of the workers, in the layout
/// of the model. It is not divided by the number of samples.
/// </param>
/// <param name="Totals">
/// Totals of the loss, of the metric and of the samples under the node.
/// </param>
[GenerateSerializer, Immutable, Alias("mnist.GradientNode")]
public sealed record GradientNode(
    [property: Id(0)] int FirstWorker,
    [property: Id(1)] int EndWorker,
    [property: Id(2)] ParameterVector Gradient,
    [property: Id(3)] StepTotals Totals);

/// <summary>
/// Asks a silo to evaluate chunks <paramref name="FirstChunk"/> up to, not including,
/// <paramref name="EndChunk"/> of the test images.
/// </summary>
/// <param name="Generation">The generation of the parameter server that asks.</param>
/// <param name="Step">Step of the parameters to evaluate.</param>
/// <param name="Update">
/// The update of the step before <paramref name="Step"/>; null when the replica has the state at
/// <paramref name="Step"/> already.
/// </param>
/// <param name="FirstChunk">Index of the first chunk.</param>
/// <param name="EndChunk">Index after the last chunk.</param>
/// <param name="TraceParent">W3C trace context of the evaluation.</param>
[GenerateSerializer, Immutable, Alias("mnist.EvaluationRequest")]
public sealed record EvaluationRequest(
    [property: Id(0)] RunGeneration Generation,
    [property: Id(1)] long Step,
    [property: Id(2)] StepUpdate? Update,
    [property: Id(3)] int FirstChunk,
    [property: Id(4)] int EndChunk,
    [property: Id(5)] string? TraceParent);

/// <summary>The answer of a silo to an <see cref="EvaluationRequest"/>.</summary>
/// <param name="Status">
/// How the replica answered. Only an answer with <see cref="ReplyStatus.Done"/> has batches.
/// </param>
/// <param name="Batches">Totals of each batch, in the order of the test images.</param>
[GenerateSerializer, Immutable, Alias("mnist.EvaluationReply")]
public sealed record EvaluationReply([property: Id(0)] ReplyStatus Status, [property: Id(1)] IReadOnlyList<StepTotals> Batches);

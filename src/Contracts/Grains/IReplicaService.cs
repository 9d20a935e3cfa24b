using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Orleans.Services;

namespace Mnist.Distributed.Contracts.Grains;

/// <summary>
/// One per silo: keeps the silo's copy of each run's state and computes with the workers of the silo. Every request carries
/// the update that leads to its step, so a replica that receives requests is a hot standby of the whole state.
/// All calls may be repeated, and carry the parameter server's generation: once a replica has heard of a newer one it
/// refuses older ones.
/// </summary>
[Alias("mnist.IReplicaService")]
public interface IReplicaService : IGrainService
{
    /// <summary>Loads what the run needs on this silo and tells what state of it there is.</summary>
    /// <exception cref="InvalidInputException">The silo cannot run the plan; the sentence says why.</exception>
    [Alias("Prepare"), ResponseTimeout("00:05:00")]
    Task<ReplicaReport> Prepare(RunGeneration generation, TrainingPlan plan);

    /// <summary>Sets the run's state; null draws the initial weights of the plan.</summary>
    /// <returns>Whether it was done, or the generation is superseded.</returns>
    [Alias("Install")]
    Task<ReplyStatus> Install(RunGeneration generation, TrainingState? state);

    /// <summary>Computes the gradients of some workers at one step.</summary>
    [Alias("ComputeStep"), ResponseTimeout("00:05:00")]
    Task<StepReply> ComputeStep(StepRequest request);

    /// <summary>
    /// Computes the gradients of this silo's workers at one step, once all slices of the update before it have arrived, and answers with one slice of the sum
    /// over the silos of the request, which it passes the slice on to.
    /// </summary>
    [Alias("SumSlice"), ResponseTimeout("00:05:00")]
    Task<SliceReply> SumSlice(SliceRequest request);

    /// <summary>Evaluates some chunks of the test split.</summary>
    [Alias("Evaluate"), ResponseTimeout("00:05:00")]
    Task<EvaluationReply> Evaluate(EvaluationRequest request);

    /// <summary>The run's state here, after applying <paramref name="update"/> if it is the next one; null when there is none.</summary>
    [Alias("GetState")]
    Task<TrainingState?> GetState(RunGeneration generation, StepUpdate? update);

    /// <summary>Whether this silo has a state of the run.</summary>
    [Alias("Holds"), ResponseTimeout("00:00:05")]
    Task<bool> Holds(string runId);

    /// <summary>Forgets the run.</summary>
    [Alias("Release")]
    Task Release(string runId);
}

/// <summary>Names a parameter server of a run. A later generation replaces an earlier one that has fallen silent.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Number">1 for the first parameter server of the run.</param>
[GenerateSerializer, Immutable, Alias("mnist.RunGeneration")]
public readonly record struct RunGeneration([property: Id(0)] string RunId, [property: Id(1)] long Number);

/// <summary>How a replica took a request.</summary>
public enum ReplyStatus
{
    /// <summary>It was done.</summary>
    Done,

    /// <summary>The replica has another step than the request is about; it can be brought there by installing a state.</summary>
    OtherStep,

    /// <summary>A newer parameter server has taken over the run; the asking one is to stand down.</summary>
    Superseded,
}

/// <summary>What a replica says of itself.</summary>
/// <param name="Silo">The silo.</param>
/// <param name="Step">Step of the run's state here; null when there is none.</param>
/// <param name="IdleSeconds">Seconds since it was last asked for a step.</param>
[GenerateSerializer, Immutable, Alias("mnist.ReplicaReport")]
public sealed record ReplicaReport(
    [property: Id(0)] SiloReport Silo,
    [property: Id(1)] long? Step,
    [property: Id(2)] double IdleSeconds);

/// <summary>Asks a silo for the gradients of workers <paramref name="FirstWorker"/> up to, not including, <paramref name="EndWorker"/>.</summary>
/// <param name="Generation">Who asks.</param>
/// <param name="Step">The step to compute, counted from the start of the run.</param>
/// <param name="Update">What leads from the step before to this one; null when the replica has been brought here otherwise.</param>
/// <param name="FirstWorker">First worker.</param>
/// <param name="EndWorker">Worker after the last; equal to the first for a silo that only keeps its replica current.</param>
/// <param name="TraceParent">W3C trace context of the step; null when the step is not sampled.</param>
/// <param name="HashWanted">Whether the answer is to hold the hash of the parameters.</param>
/// <param name="DurableStep">The ledger of the steps before this one is durable and need not be kept.</param>
/// <param name="SharesMemory">Whether the asking silo can map the memory of the answering one.</param>
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

/// <summary>A silo's share of a step.</summary>
/// <param name="Status">How the request was taken; only a done one has nodes.</param>
/// <param name="Nodes">The share, summed as far as the summation tree allows, in worker order.</param>
/// <param name="Hash">Hash of the parameters it was computed with, if it was wanted.</param>
/// <param name="Draining">Whether the silo is about to leave and wants to be asked no more.</param>
[GenerateSerializer, Immutable, Alias("mnist.StepReply")]
public sealed record StepReply(
    [property: Id(0)] ReplyStatus Status,
    [property: Id(1)] IReadOnlyList<GradientNode> Nodes,
    [property: Id(2)] StateHash? Hash,
    [property: Id(3)] bool Draining);

/// <summary>The sum at one node of the summation tree.</summary>
/// <param name="FirstWorker">First worker under the node.</param>
/// <param name="EndWorker">Worker after the last under the node.</param>
/// <param name="Gradient">Sum over the workers' samples of gradients and batch statistics, in the model's layout.</param>
/// <param name="Totals">Loss, correct answers and samples under the node.</param>
[GenerateSerializer, Immutable, Alias("mnist.GradientNode")]
public sealed record GradientNode(
    [property: Id(0)] int FirstWorker,
    [property: Id(1)] int EndWorker,
    [property: Id(2)] ParameterVector Gradient,
    [property: Id(3)] StepTotals Totals);

/// <summary>Asks a silo to evaluate chunks <paramref name="FirstChunk"/> up to, not including, <paramref name="EndChunk"/> of the test split.</summary>
/// <param name="Generation">Who asks.</param>
/// <param name="Step">Step of the parameters to evaluate.</param>
/// <param name="Update">What leads from the step before to this one.</param>
/// <param name="FirstChunk">First chunk.</param>
/// <param name="EndChunk">Chunk after the last.</param>
/// <param name="TraceParent">W3C trace context of the evaluation.</param>
[GenerateSerializer, Immutable, Alias("mnist.EvaluationRequest")]
public sealed record EvaluationRequest(
    [property: Id(0)] RunGeneration Generation,
    [property: Id(1)] long Step,
    [property: Id(2)] StepUpdate? Update,
    [property: Id(3)] int FirstChunk,
    [property: Id(4)] int EndChunk,
    [property: Id(5)] string? TraceParent);

/// <summary>A silo's share of an evaluation.</summary>
/// <param name="Status">How the request was taken; only a done one has batches.</param>
/// <param name="Batches">Totals of each batch in order.</param>
[GenerateSerializer, Immutable, Alias("mnist.EvaluationReply")]
public sealed record EvaluationReply([property: Id(0)] ReplyStatus Status, [property: Id(1)] IReadOnlyList<StepTotals> Batches);

using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Orleans.Services;

namespace Mnist.Distributed.Contracts.Grains;

/// <summary>
/// One per silo: keeps the silo's copy of each run's state and computes with the workers of the silo. Every request carries
/// the update that leads to its step, so a replica that receives requests is a hot standby of the whole state.
/// </summary>
[Alias("mnist.IReplicaService")]
public interface IReplicaService : IGrainService
{
    /// <summary>Loads what the run needs on this silo. Repeating it changes nothing.</summary>
    /// <exception cref="InvalidInputException">The silo cannot run the plan; the sentence says why.</exception>
    [Alias("Prepare"), ResponseTimeout("00:05:00")]
    Task<SiloReport> Prepare(string runId, TrainingPlan plan);

    /// <summary>Sets the run's state; null draws the initial weights of the plan.</summary>
    [Alias("Install")]
    Task Install(string runId, TrainingState? state);

    /// <summary>Computes the gradients of some workers at one step.</summary>
    [Alias("ComputeStep"), ResponseTimeout("00:01:00")]
    Task<StepReply> ComputeStep(StepRequest request);

    /// <summary>Evaluates some chunks of the test split.</summary>
    [Alias("Evaluate"), ResponseTimeout("00:05:00")]
    Task<EvaluationReply> Evaluate(EvaluationRequest request);

    /// <summary>The run's state here, after applying <paramref name="update"/> if it is the next one.</summary>
    [Alias("GetState")]
    Task<TrainingState> GetState(string runId, StepUpdate? update);

    /// <summary>Forgets the run.</summary>
    [Alias("Release")]
    Task Release(string runId);
}

/// <summary>Asks a silo for the gradients of workers <paramref name="FirstWorker"/> up to, not including, <paramref name="EndWorker"/>.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Step">The step to compute, counted from the start of the run.</param>
/// <param name="Update">What leads from the step before to this one; null when the replica has been brought here otherwise.</param>
/// <param name="FirstWorker">First worker.</param>
/// <param name="EndWorker">Worker after the last; equal to the first for a silo that only keeps its replica current.</param>
/// <param name="TraceParent">W3C trace context of the step; null when the step is not sampled.</param>
[GenerateSerializer, Immutable, Alias("mnist.StepRequest")]
public sealed record StepRequest(
    [property: Id(0)] string RunId,
    [property: Id(1)] long Step,
    [property: Id(2)] StepUpdate? Update,
    [property: Id(3)] int FirstWorker,
    [property: Id(4)] int EndWorker,
    [property: Id(5)] string? TraceParent);

/// <summary>A silo's share of a step.</summary>
/// <param name="Behind">True when the replica lacks the state for the step; the parameter server then installs one.</param>
/// <param name="Nodes">The share, summed as far as the summation tree allows, in worker order.</param>
[GenerateSerializer, Immutable, Alias("mnist.StepReply")]
public sealed record StepReply([property: Id(0)] bool Behind, [property: Id(1)] IReadOnlyList<GradientNode> Nodes);

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
[GenerateSerializer, Immutable, Alias("mnist.EvaluationRequest")]
public sealed record EvaluationRequest(
    [property: Id(0)] string RunId,
    [property: Id(1)] long Step,
    [property: Id(2)] StepUpdate? Update,
    [property: Id(3)] int FirstChunk,
    [property: Id(4)] int EndChunk,
    [property: Id(5)] string? TraceParent);

/// <summary>A silo's share of an evaluation.</summary>
/// <param name="Behind">True when the replica lacks the state for the step.</param>
/// <param name="Batches">Totals of each batch in order.</param>
[GenerateSerializer, Immutable, Alias("mnist.EvaluationReply")]
public sealed record EvaluationReply([property: Id(0)] bool Behind, [property: Id(1)] IReadOnlyList<StepTotals> Batches);

using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Contracts.Grains;

/// <summary>
/// Asks for one slice of the sum of the gradients of some silos. It carries the data of a
/// <see cref="StepRequest"/>, for all these silos.
/// </summary>
/// <param name="Generation">The generation of the parameter server that asks.</param>
/// <param name="Step">The step to compute, counted from the start of the run.</param>
/// <param name="Update">
/// The update of the step before <paramref name="Step"/>, with only this slice of its gradient;
/// null when the replicas have the state at <paramref name="Step"/> for another reason, such as an
/// install.
/// </param>
/// <param name="Slice">Index of the slice, from 0.</param>
/// <param name="Slices">Number of slices of the vector.</param>
/// <param name="Silos">
/// The silos whose gradients are summed, in worker order. The silo that gets the request is one of
/// them.
/// </param>
/// <param name="FanOut">
/// Number of parts into which a silo divides the other silos when it passes the slice on.
/// </param>
/// <param name="TraceParent">W3C trace context of the step; null when the step is not
/// sampled.</param>
/// <param name="HashWanted">Whether the answer must hold the hashes of the parameters.</param>
/// <param name="DurableStep">
/// The ledger of all steps before this one is durable, so the replicas may drop it.
/// </param>
[GenerateSerializer, Immutable, Alias("mnist.SliceRequest")]
public sealed record SliceRequest(
    [property: Id(0)] RunGeneration Generation,
    [property: Id(1)] long Step,
    [property: Id(2)] StepUpdate? Update,
    [property: Id(3)] int Slice,
    [property: Id(4)] int Slices,
    [property: Id(5)] IReadOnlyList<SiloShare> Silos,
    [property: Id(6)] int FanOut,
    [property: Id(7)] string? TraceParent,
    [property: Id(8)] bool HashWanted,
    [property: Id(9)] long DurableStep);

/// <summary>The workers that one silo computes in one step.</summary>
/// <param name="Silo">The silo.</param>
/// <param name="FirstWorker">Index of the first worker.</param>
/// <param name="EndWorker">
/// Index after the last worker. It is equal to <paramref name="FirstWorker"/> for a silo that
/// computes nothing and only keeps its replica current.
/// </param>
[GenerateSerializer, Immutable, Alias("mnist.SiloShare")]
public readonly record struct SiloShare([property: Id(0)] SiloAddress Silo, [property: Id(1)] int FirstWorker, [property: Id(2)] int EndWorker);

/// <summary>
/// The answer to a <see cref="SliceRequest"/>: one slice of a sum over some silos.
/// </summary>
/// <param name="Status">
/// How the silos answered together. Only an answer with <see cref="ReplyStatus.Done"/> has nodes.
/// </param>
/// <param name="Nodes">
/// The slices of the sums, in worker order. Neighbours are reduced as far as the summation tree
/// allows.
/// </param>
/// <param name="Silos">
/// The reports of the silos. Each silo reports once per step, with slice 0, so the list is empty
/// for the other slices.
/// </param>
[GenerateSerializer, Immutable, Alias("mnist.SliceReply")]
public sealed record SliceReply(
    [property: Id(0)] ReplyStatus Status,
    [property: Id(1)] IReadOnlyList<GradientNode> Nodes,
    [property: Id(2)] IReadOnlyList<ShareReport> Silos);

/// <summary>The report of a silo that has computed its share of a step.</summary>
/// <param name="Share">The silo and the workers that it computed.</param>
/// <param name="Hash">
/// Hash of the parameters that the silo computed with; null when the request did not ask for it.
/// </param>
/// <param name="Draining">
/// Whether the silo drains: it leaves soon and wants no more requests.
/// </param>
/// <param name="Seconds">Time from the last slice of the request to the answer.</param>
[GenerateSerializer, Immutable, Alias("mnist.ShareReport")]
public readonly record struct ShareReport([property: Id(0)] SiloShare Share, [property: Id(1)] StateHash? Hash, [property: Id(2)] bool Draining, [property: Id(3)] double Seconds = 0);

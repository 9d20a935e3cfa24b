using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Contracts.Grains;

/// <summary>Asks for one slice of the sum of the gradients of some silos. It carries what a <see cref="StepRequest"/> does, for all of them.</summary>
/// <param name="Generation">Who asks.</param>
/// <param name="Step">The step to compute, counted from the start of the run.</param>
/// <param name="Update">What leads from the step before to this one, with the slice of its gradient; null when the replicas have been brought here otherwise.</param>
/// <param name="Slice">Which slice, from 0.</param>
/// <param name="Slices">Slices of the vector.</param>
/// <param name="Silos">The silos to sum over, in worker order; the one that is asked is among them.</param>
/// <param name="FanOut">Parts that a silo divides them into before it passes the slice on.</param>
/// <param name="TraceParent">W3C trace context of the step; null when the step is not sampled.</param>
/// <param name="HashWanted">Whether the answer is to hold the hashes of the parameters.</param>
/// <param name="DurableStep">The ledger of the steps before this one is durable and need not be kept.</param>
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

/// <summary>The workers that a silo computes.</summary>
/// <param name="Silo">The silo.</param>
/// <param name="FirstWorker">First worker.</param>
/// <param name="EndWorker">Worker after the last; equal to the first for a silo that only keeps its replica current.</param>
[GenerateSerializer, Immutable, Alias("mnist.SiloShare")]
public readonly record struct SiloShare([property: Id(0)] SiloAddress Silo, [property: Id(1)] int FirstWorker, [property: Id(2)] int EndWorker);

/// <summary>One slice of a sum over some silos.</summary>
/// <param name="Status">How the request was taken by all of them; only a done one has nodes.</param>
/// <param name="Nodes">The slices of the sums, collapsed as far as the summation tree allows, in worker order.</param>
/// <param name="Silos">What the silos say of themselves, once per step: with the first slice.</param>
[GenerateSerializer, Immutable, Alias("mnist.SliceReply")]
public sealed record SliceReply(
    [property: Id(0)] ReplyStatus Status,
    [property: Id(1)] IReadOnlyList<GradientNode> Nodes,
    [property: Id(2)] IReadOnlyList<ShareReport> Silos);

/// <summary>What a silo says of itself when it has computed a step.</summary>
/// <param name="Share">The silo and the workers that it has computed.</param>
/// <param name="Hash">Hash of the parameters it computed with, if it was wanted.</param>
/// <param name="Draining">Whether it is about to leave and wants to be asked no more.</param>
[GenerateSerializer, Immutable, Alias("mnist.ShareReport")]
public readonly record struct ShareReport([property: Id(0)] SiloShare Share, [property: Id(1)] StateHash? Hash, [property: Id(2)] bool Draining);

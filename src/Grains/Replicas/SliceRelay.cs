using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Grains.Replicas.Slices;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>
/// The part of a silo in the trees of the slices: it passes a request on to the silos below it, and
/// sums their answers. If any silo below fails, the whole slice fails, and the parameter server
/// then asks every silo directly.
/// </summary>
/// <param name="silo">This silo.</param>
/// <param name="replicaOn">Gets the replica service of another silo.</param>
/// <param name="compute">
/// Runs the computation of this silo after the request has been passed on. Default: in the call
/// itself.
/// </param>
public sealed class SliceRelay(SiloAddress silo, Func<SiloAddress, IReplicaService> replicaOn, Func<Func<Task<SliceReply>>, Task<SliceReply>>? compute = null)
{
    /// <summary>Answers a request for a slice.</summary>
    /// <param name="replica">The replica of the run on this silo.</param>
    /// <param name="request">The request.</param>
    public async Task<SliceReply> Sum(Replica replica, SliceRequest request)
    {
        var below = FanOutTree.Below(request.Silos, silo, request.Slice, request.Slices, request.FanOut)
            .Select(part => replicaOn(part.Root).SumSlice(request with { Silos = part.Silos }))
            .ToArray();
        var own = compute is null ? replica.ComputeSlice(request, silo) : compute(() => replica.ComputeSlice(request, silo));
        var replies = await Task.WhenAll([own, .. below]);
        var refusal = Array.Find(replies, reply => reply.Status != ReplyStatus.Done);
        return refusal ?? new SliceReply(
            ReplyStatus.Done,
            replica.SliceSums.Of(request.Step, request.Slice, [.. replies.SelectMany(reply => reply.Nodes)]),
            [.. replies.SelectMany(reply => reply.Silos)]);
    }
}

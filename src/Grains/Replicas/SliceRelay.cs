using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Grains.Replicas.Slices;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>
/// A silo's place in the trees that slices travel along: passes a slice on, and adds up what comes
/// back. Whatever goes wrong below fails the whole slice: the parameter server then asks every silo
/// itself.
/// </summary>
/// <param name="silo">This silo.</param>
/// <param name="replicaOn">Reaches the replica service of another silo.</param>
/// <param name="compute">Where this silo computes once the slice is passed on. Default: where it is
/// asked.</param>
public sealed class SliceRelay(SiloAddress silo, Func<SiloAddress, IReplicaService> replicaOn, Func<Func<Task<SliceReply>>, Task<SliceReply>>? compute = null)
{
    /// <summary>Answers a request for a slice.</summary>
    /// <param name="replica">This silo's replica of the run.</param>
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

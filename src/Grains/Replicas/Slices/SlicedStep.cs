using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Grains.Replicas.Slices;

/// <summary>
/// A step that a replica is asked for in slices: gathers the slices of the update until all are
/// there, since no state is ever half at a step, and then holds the answer that each of the
/// requests waits for.
/// </summary>
/// <param name="first">The request that the step began with.</param>
/// <param name="silo">This silo.</param>
/// <param name="gathered">Memory for the update's gradient, in the model's layout.</param>
public sealed class SlicedStep(SliceRequest first, SiloAddress silo, FlatVector gathered)
{
    private readonly HashSet<int> _arrived = [];
    private readonly TaskCompletionSource<StepReply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private StepUpdate? _update;

    /// <summary>This silo's share, as if it had been asked for without slices.</summary>
    public StepRequest Request { get; } = RequestOf(first, first.Silos.First(share => share.Silo.Equals(silo)));

    /// <summary>The answer, once there is one.</summary>
    public Task<StepReply> Reply => _reply.Task;

    /// <summary>Whether a request is about this very step and share.</summary>
    public bool IsAskedFor(SliceRequest request) => RequestOf(request, request.Silos.First(share => share.Silo.Equals(silo))) == Request && request.Slices == first.Slices;

    /// <summary>Takes a slice of the update; one that comes twice is the same.</summary>
    /// <returns>The request with the whole update when this slice was the last one missing, else
    /// null.</returns>
    public StepRequest? Take(SliceRequest request)
    {
        if (!_arrived.Add(request.Slice))
        {
            return null;
        }

        request.Update?.Gradient.Span.CopyTo(gathered.Span[VectorSlice.Of(gathered.Length, request.Slice, request.Slices)]);
        if (request.Slice == 0)
        {
            // Only the first slice brings what the ledger notes.
            _update = request.Update is { } update ? update with { Gradient = gathered.Wire } : null;
        }

        return _arrived.Count < first.Slices ? null : Request with { Update = _update };
    }

    /// <summary>Answers every request.</summary>
    public void Complete(StepReply reply) => _reply.TrySetResult(reply);

    /// <summary>Fails every request.</summary>
    public void Fail(Exception failure) => _reply.TrySetException(failure);

    /// <summary>
    /// Ends the waiting of the requests when the replica cannot come to the step any more.
    /// </summary>
    public void GiveUp() => _reply.TrySetResult(new StepReply(ReplyStatus.OtherStep, [], null, false));

    private static StepRequest RequestOf(SliceRequest request, SiloShare share) => new(
        request.Generation, request.Step, null, share.FirstWorker, share.EndWorker, request.TraceParent, request.HashWanted, request.DurableStep);
}

using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Grains.Replicas.Slices;

/// <summary>
/// A step that a replica computes in slices. It collects the slices of the update until all have
/// arrived, because an update must be applied as a whole. Then it holds the answer, for which the
/// requests of all slices wait.
/// </summary>
/// <param name="first">The first request for the step.</param>
/// <param name="silo">This silo.</param>
/// <param name="gathered">
/// The memory for the gradient of the update, in the layout of the model.
/// </param>
public sealed class SlicedStep(SliceRequest first, SiloAddress silo, FlatVector gathered)
{
    private readonly HashSet<int> _arrived = [];
    private readonly TaskCompletionSource<StepReply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private StepUpdate? _update;

    /// <summary>The request for the share of this silo, in the form without slices.</summary>
    public StepRequest Request { get; } = RequestOf(first, first.Silos.First(share => share.Silo.Equals(silo)));

    /// <summary>The answer. The task ends when there is one.</summary>
    public Task<StepReply> Reply => _reply.Task;

    /// <summary>Whether a request is about the same step and share.</summary>
    public bool IsAskedFor(SliceRequest request) => RequestOf(request, request.Silos.First(share => share.Silo.Equals(silo))) == Request && request.Slices == first.Slices;

    /// <summary>
    /// Takes one slice of the update. A slice that arrives twice has the same bytes and is ignored.
    /// </summary>
    /// <returns>
    /// The request with the whole update if this slice was the last one; null otherwise.
    /// </returns>
    public StepRequest? Take(SliceRequest request)
    {
        if (!_arrived.Add(request.Slice))
        {
            return null;
        }

        request.Update?.Gradient.Span.CopyTo(gathered.Span[VectorSlice.Of(gathered.Length, request.Slice, request.Slices)]);
        if (request.Slice == 0)
        {
            // Only slice 0 carries the totals and the ledger entry.
            _update = request.Update is { } update ? update with { Gradient = gathered.Wire } : null;
        }

        return _arrived.Count < first.Slices ? null : Request with { Update = _update };
    }

    /// <summary>Answers every request.</summary>
    public void Complete(StepReply reply) => _reply.TrySetResult(reply);

    /// <summary>Fails every request.</summary>
    public void Fail(Exception failure) => _reply.TrySetException(failure);

    /// <summary>
    /// Answers every request with <see cref="ReplyStatus.OtherStep"/>, because the replica cannot
    /// compute the step any more.
    /// </summary>
    public void GiveUp() => _reply.TrySetResult(new StepReply(ReplyStatus.OtherStep, [], null, false));

    private static StepRequest RequestOf(SliceRequest request, SiloShare share) => new(
        request.Generation, request.Step, null, share.FirstWorker, share.EndWorker, request.TraceParent, request.HashWanted, request.DurableStep);
}

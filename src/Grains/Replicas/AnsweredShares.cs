using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Training.Summation;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>
/// The shares that a replica has computed in the current step. The answers point into the buffers
/// of the workers, and they are read until the request for the next step arrives. If a worker is
/// asked again for the same step, the answer to the first request may still be in transit.
/// </summary>
public sealed class AnsweredShares
{
    private readonly List<WorkerRange> _shares = [];
    private long _step;

    /// <summary>Notes a request that the replica is about to compute.</summary>
    /// <returns>
    /// Whether the buffers of its workers may still be read, so that they must be replaced.
    /// </returns>
    public bool NeedOtherBuffers(StepRequest request)
    {
        if (_step != request.Step)
        {
            _shares.Clear();
            _step = request.Step;
        }

        var isAskedAgain = _shares.Exists(share => share.First < request.EndWorker && request.FirstWorker < share.End);
        if (isAskedAgain)
        {
            _shares.Clear();
        }

        if (request.FirstWorker < request.EndWorker)
        {
            _shares.Add(new WorkerRange(request.FirstWorker, request.EndWorker));
        }

        return isAskedAgain;
    }
}

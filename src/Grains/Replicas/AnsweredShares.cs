using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Training.Summation;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>
/// The shares that a replica has answered for in a step. An answer is read from the workers' buffers
/// until the next step is asked for. Should a worker be asked again for the same step, the answer to
/// the first request may still be on its way.
/// </summary>
public sealed class AnsweredShares
{
    private readonly List<WorkerRange> _shares = [];
    private long _step;

    /// <summary>Takes note of a request that is about to be answered.</summary>
    /// <returns>Whether the buffers of its workers may still be read, and need be replaced.</returns>
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

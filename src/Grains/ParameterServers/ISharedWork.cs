using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Training.Summation;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// Work that is spread over the participants of a run: the workers' gradients of a step, or the
/// chunks of an evaluation.
/// </summary>
/// <typeparam name="TReply">What participants answer.</typeparam>
public interface ISharedWork<TReply>
{
    /// <summary>Number of pieces.</summary>
    int Items { get; }

    /// <summary>The step it is done at.</summary>
    long Step { get; }

    /// <summary>
    /// Asks a participant for some pieces; for none, if only its replica is to be brought up to
    /// date.
    /// </summary>
    Task<TReply> Ask(Participant participant, WorkerRange range);

    /// <summary>How a request was taken.</summary>
    ReplyStatus StatusOf(TReply reply);

    /// <summary>Takes an answer.</summary>
    /// <param name="participant">Who has answered.</param>
    /// <param name="range">What was asked for.</param>
    /// <param name="speculative">Whether it was asked for in place of another.</param>
    /// <param name="reply">The answer.</param>
    void Accept(Participant participant, WorkerRange range, bool speculative, TReply reply);
}

using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Training.Summation;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// Work that is divided among the participants of a run: the gradients of the workers of a step, or
/// the chunks of an evaluation.
/// </summary>
/// <typeparam name="TReply">The answer of a participant.</typeparam>
public interface ISharedWork<TReply>
{
    /// <summary>Number of items: workers or chunks.</summary>
    int Items { get; }

    /// <summary>
    /// The step of the parameters that the work is done with, counted from the start of the run.
    /// </summary>
    long Step { get; }

    /// <summary>Notes that what is missing is asked for again.</summary>
    void BeginAgain()
    {
    }

    /// <summary>
    /// Asks a participant for a range of items. The range is empty if the call only keeps the
    /// replica current.
    /// </summary>
    Task<TReply> Ask(Participant participant, WorkerRange range);

    /// <summary>The status of an answer.</summary>
    ReplyStatus StatusOf(TReply reply);

    /// <summary>Takes an answer with <see cref="ReplyStatus.Done"/>.</summary>
    /// <param name="participant">The participant that has answered.</param>
    /// <param name="range">The items that it was asked for.</param>
    /// <param name="speculative">
    /// Whether it was asked in place of a straggler or of a lost silo.
    /// </param>
    /// <param name="reply">The answer.</param>
    void Accept(Participant participant, WorkerRange range, bool speculative, TReply reply);
}

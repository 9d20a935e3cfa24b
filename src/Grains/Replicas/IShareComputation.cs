using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>
/// The computation of a replica: the workers of its silo, or a simulation of them. It reads the
/// parameters of the replica.
/// </summary>
public interface IShareComputation : IDisposable
{
    /// <summary>
    /// Computes the gradients that a request asks for, reduced as far as the summation tree allows.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="since">Time since the request has come.</param>
    /// <param name="update">The part of this time in which the update was applied.</param>
    Task<IReadOnlyList<GradientNode>> Compute(StepRequest request, TimeSpan since, TimeSpan update);

    /// <summary>
    /// Evaluates the chunks of the test images that a request asks for. The result has the totals
    /// of each batch, in order.
    /// </summary>
    Task<IReadOnlyList<StepTotals>> Evaluate(EvaluationRequest request);

    /// <summary>
    /// Uses new gradient buffers from now on. Somebody may still read the old ones: a parameter
    /// server that does not know yet that it is superseded, or the network, with an answer that
    /// nobody waits for any more.
    /// </summary>
    void ReplaceBuffers();
}

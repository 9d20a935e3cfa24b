using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>
/// What a replica computes with: the workers of its silo, or a simulation of them. Reads the
/// replica's parameters.
/// </summary>
public interface IShareComputation : IDisposable
{
    /// <summary>
    /// The gradients that a request asks for, collapsed as far as the summation tree allows.
    /// </summary>
    Task<IReadOnlyList<GradientNode>> Compute(StepRequest request);

    /// <summary>
    /// The chunks of the test split that a request asks for: totals of each batch, in order.
    /// </summary>
    Task<IReadOnlyList<StepTotals>> Evaluate(EvaluationRequest request);

    /// <summary>
    /// Starts with fresh gradient buffers. Someone may still be reading the old ones: a parameter
    /// server that does not know yet that it has been superseded, or the network with an answer
    /// that nobody waits for any more.
    /// </summary>
    void ReplaceBuffers();
}

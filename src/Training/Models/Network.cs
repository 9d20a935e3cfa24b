using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Training.Models;

/// <summary>The memory that a network works on.</summary>
/// <param name="Layout">The places of the tensors in the vectors.</param>
/// <param name="Parameters">Parameters and running statistics; the network only reads them.</param>
/// <param name="Gradient">
/// Receives gradients and batch statistics; null for a network that only evaluates.
/// </param>
/// <param name="MaxBatch">The largest number of samples in one pass.</param>
public sealed record NetworkBinding(ParameterLayout Layout, FlatVector Parameters, FlatVector? Gradient, int MaxBatch)
{
    /// <summary>The values of a tensor, in its storage order.</summary>
    public ReadOnlySpan<float> ValueOf(Segment tensor) => Parameters.Of(tensor);

    /// <summary>
    /// The memory for the gradient of a parameter, or for the batch value of a statistic, in the
    /// tensor's storage order.
    /// </summary>
    /// <exception cref="InvalidOperationException">The network only evaluates.</exception>
    public Span<float> GradientOf(Segment tensor) =>
        (Gradient ?? throw new InvalidOperationException("A network that was bound without a gradient vector only evaluates.")).Of(tensor);
}

/// <summary>The key of the random numbers in one forward pass.</summary>
/// <param name="Seed">Seed of the run.</param>
/// <param name="Step">0-based step of the run.</param>
/// <param name="Worker">0-based index of the worker.</param>
public readonly record struct ForwardKey(long Seed, long Step, int Worker);

/// <summary>
/// A model over flat vectors: it reads its parameters from one vector, and its backward pass writes
/// to another one. May be used by one thread at a time.
/// </summary>
public abstract class Network : IDisposable
{
    /// <summary>
    /// Makes a training pass. It writes the batch statistics, summed over the samples, to the
    /// gradient vector.
    /// </summary>
    /// <param name="batch">The samples.</param>
    /// <param name="key">Key of the dropout masks.</param>
    /// <returns>Outputs, samples x outputs, valid until the next pass.</returns>
    public abstract ReadOnlySpan<float> Train(Batch batch, ForwardKey key);

    /// <summary>
    /// Writes the gradient of the loss by all parameters. Must follow a <see cref="Train"/>.
    /// </summary>
    /// <param name="outputGradients">Derivatives of the loss by the outputs, samples x
    /// outputs.</param>
    public abstract void Backpropagate(ReadOnlySpan<float> outputGradients);

    /// <summary>Makes an evaluation pass, with running statistics and without dropout.</summary>
    /// <param name="batch">The samples.</param>
    /// <returns>Outputs, samples x outputs, valid until the next pass.</returns>
    public abstract ReadOnlySpan<float> Evaluate(Batch batch);

    /// <inheritdoc />
    public virtual void Dispose() => GC.SuppressFinalize(this);
}

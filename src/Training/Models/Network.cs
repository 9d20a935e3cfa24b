using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Training.Models;

/// <summary>The memory a network works on.</summary>
/// <param name="Layout">Where the tensors lie.</param>
/// <param name="Parameters">Parameters and running statistics; read only.</param>
/// <param name="Gradient">Receives gradients and batch statistics; null for a network that only evaluates.</param>
/// <param name="MaxBatch">Most samples of a pass.</param>
public sealed record NetworkBinding(ParameterLayout Layout, FlatVector Parameters, FlatVector? Gradient, int MaxBatch)
{
    /// <summary>The values of a tensor, in its storage order.</summary>
    public ReadOnlySpan<float> ValueOf(Segment tensor) => Parameters.Of(tensor);

    /// <summary>Where the gradient of a tensor, or the batch value of a statistic, is written, in the tensor's storage order.</summary>
    /// <exception cref="InvalidOperationException">The network only evaluates.</exception>
    public Span<float> GradientOf(Segment tensor) =>
        (Gradient ?? throw new InvalidOperationException("A network that was bound without a gradient vector only evaluates.")).Of(tensor);
}

/// <summary>Key of the random draws inside one forward pass.</summary>
/// <param name="Seed">The run's seed.</param>
/// <param name="Step">Step of the run.</param>
/// <param name="Worker">Worker index.</param>
public readonly record struct ForwardKey(long Seed, long Step, int Worker);

/// <summary>
/// A model instance over flat vectors: it reads its parameters from one, and a backward pass writes the other. Used by one thread at a time.
/// </summary>
public abstract class Network : IDisposable
{
    /// <summary>A training pass; batch statistics land in the gradient vector, summed over the samples.</summary>
    /// <param name="batch">The samples.</param>
    /// <param name="key">Key of the dropout masks.</param>
    /// <returns>Outputs, n x outputs, valid until the next pass.</returns>
    public abstract ReadOnlySpan<float> Train(Batch batch, ForwardKey key);

    /// <summary>Writes the gradient of a loss by all parameters; follows a <see cref="Train"/>.</summary>
    /// <param name="outputGradients">Derivatives of the loss by the outputs, n x outputs.</param>
    public abstract void Backpropagate(ReadOnlySpan<float> outputGradients);

    /// <summary>An evaluation pass: running statistics, no dropout.</summary>
    /// <param name="batch">The samples.</param>
    /// <returns>Outputs, n x outputs, valid until the next pass.</returns>
    public abstract ReadOnlySpan<float> Evaluate(Batch batch);

    /// <inheritdoc />
    public virtual void Dispose() => GC.SuppressFinalize(this);
}

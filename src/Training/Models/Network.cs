using Mnist.Distributed.Training.State;
using static TorchSharp.torch;

namespace Mnist.Distributed.Training.Models;

/// <summary>The memory a network works on.</summary>
/// <param name="Layout">Where the tensors lie.</param>
/// <param name="Parameters">Parameters and running statistics; read only.</param>
/// <param name="Gradient">Receives gradients and batch statistics; null for a network that only evaluates.</param>
/// <param name="MaxBatch">Most samples of a training pass.</param>
public sealed record NetworkBinding(ParameterLayout Layout, FlatVector Parameters, FlatVector? Gradient, int MaxBatch);

/// <summary>Key of the random draws inside one forward pass.</summary>
/// <param name="Seed">The run's seed.</param>
/// <param name="Step">Step of the run.</param>
/// <param name="Worker">Worker index.</param>
public readonly record struct ForwardKey(long Seed, long Step, int Worker);

/// <summary>
/// A model instance whose tensors alias flat vectors: writing the vector changes the model, and a backward pass adds to the
/// gradient vector. Used by one thread at a time, and inside a dispose scope of the caller's, which owns what a pass leaves behind.
/// </summary>
public abstract class Network : IDisposable
{
    private readonly NetworkBinding _binding;
    private readonly List<IDisposable> _owned = [];

    /// <summary>Binds the network to its memory.</summary>
    protected Network(NetworkBinding binding) => _binding = binding;

    /// <summary>Outputs of a training pass; batch statistics land in the gradient vector, summed over the samples.</summary>
    /// <param name="images">Float images, n x 784.</param>
    /// <param name="key">Key of the dropout masks.</param>
    /// <returns>n x 10.</returns>
    public abstract Tensor ForwardTraining(Tensor images, ForwardKey key);

    /// <summary>Outputs of an evaluation pass: running statistics, no dropout.</summary>
    /// <param name="images">Float images, n x 784.</param>
    /// <returns>n x 10.</returns>
    public abstract Tensor ForwardEvaluation(Tensor images);

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var owned in _owned)
        {
            owned.Dispose();
        }

        _owned.Clear();
        GC.SuppressFinalize(this);
    }

    /// <summary>A trained tensor; its <c>grad</c> aliases the gradient vector.</summary>
    protected Tensor Parameter(string name)
    {
        var segment = _binding.Layout[name];
        var tensor = Keep(_binding.Parameters.View(segment, requiresGrad: _binding.Gradient is not null));
        if (_binding.Gradient is { } gradient)
        {
            tensor.grad = Keep(gradient.View(segment));
        }

        return tensor;
    }

    /// <summary>A running statistic.</summary>
    protected Tensor Statistic(string name) => Keep(_binding.Parameters.View(_binding.Layout[name]));

    /// <summary>The part of the gradient vector in which a statistic's batch value is reported.</summary>
    protected Span<float> BatchStatistic(string name) => _binding.Gradient!.Of(_binding.Layout[name]);

    /// <summary>Ties a tensor's life to the network's.</summary>
    protected Tensor Keep(Tensor tensor)
    {
        _owned.Add(tensor.DetachFromDisposeScope());
        return tensor;
    }

    /// <summary>Ties a buffer's life to the network's.</summary>
    protected RowBuffer Keep(RowBuffer buffer)
    {
        _owned.Add(buffer);
        return buffer;
    }
}

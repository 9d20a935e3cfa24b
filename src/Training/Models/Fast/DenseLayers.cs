using System.Numerics.Tensors;
using Mnist.Distributed.Training.Native;
using Mnist.Distributed.Training.Randomness;
using Mnist.Distributed.Training.Vectors;
using static TorchSharp.torch.nn.functional;
using Tensor = TorchSharp.torch.Tensor;

namespace Mnist.Distributed.Training.Models.Fast;

/// <summary>Linear, ReLU, dropout, linear. libtorch computes the matrix products.</summary>
internal sealed class DenseLayers : IDisposable
{
    private readonly NetworkBinding _binding;
    private readonly (Segment Weight, Segment Bias) _first;
    private readonly (Segment Weight, Segment Bias) _second;
    private readonly float _dropout;
    private readonly int _width;
    private readonly int _outputs;
    private readonly RowBuffer _mask;
    private readonly RowBuffer _hidden;
    private readonly RowBuffer _hiddenGradient;
    private readonly RowBuffer _outputGradient;
    private readonly float[] _output;
    private readonly Tensor _weight1;
    private readonly Tensor _bias1;
    private readonly Tensor _weight2;
    private readonly Tensor _bias2;
    private Tensor? _inputGradient;

    /// <summary>Binds the layers to two layers of the binding's layout.</summary>
    /// <param name="binding">The memory of parameters and gradients.</param>
    /// <param name="first">Name of the first layer; its weight is hidden x inputs.</param>
    /// <param name="second">Name of the second layer; its weight is outputs x hidden.</param>
    /// <param name="dropout">Probability with which training zeroes a hidden activation.</param>
    public DenseLayers(NetworkBinding binding, string first, string second, float dropout)
    {
        LibTorch.EnsureLoaded();
        _binding = binding;
        _dropout = dropout;
        _first = Layer(first);
        _second = Layer(second);
        (_width, _outputs) = (_first.Bias.Length, _second.Bias.Length);
        var trained = binding.Gradient is null ? 0 : binding.MaxBatch;
        Inputs = new RowBuffer(binding.MaxBatch, _first.Weight.Length / _width);
        _mask = new RowBuffer(trained, _width);
        _hidden = new RowBuffer(binding.MaxBatch, _width);
        _hiddenGradient = new RowBuffer(trained, _width);
        _outputGradient = new RowBuffer(trained, _outputs);
        _output = new float[binding.MaxBatch * _outputs];
        (_weight1, _bias1) = (View(_first.Weight), View(_first.Bias));
        (_weight2, _bias2) = (View(_second.Weight), View(_second.Bias));
    }

    /// <summary>The inputs, samples x inputs; the caller writes them before a pass.</summary>
    public RowBuffer Inputs { get; }

    /// <summary>Computes the outputs, samples x outputs, without dropout.</summary>
    public ReadOnlySpan<float> Evaluate(int samples) => Forward(samples, []);

    /// <summary>Computes the outputs, samples x outputs, with dropout.</summary>
    public ReadOnlySpan<float> Train(int samples, ForwardKey key) => Forward(samples, _dropout > 0 ? DrawMask(samples, key) : []);

    /// <summary>
    /// Writes the gradients of weights and biases. Must follow a <see cref="Train"/> of the same
    /// samples.
    /// </summary>
    /// <param name="samples">Number of samples.</param>
    /// <param name="outputGradients">Derivatives by the outputs, samples x outputs.</param>
    /// <returns>Derivatives by the inputs, samples x inputs, valid until the next call.</returns>
    public ReadOnlySpan<float> Backpropagate(int samples, ReadOnlySpan<float> outputGradients)
    {
        outputGradients.CopyTo(_outputGradient.Span);
        WriteGradients(_second, samples, _outputGradient, _hidden);
        using (var byHidden = _outputGradient.First(samples).mm(_weight2))
        {
            PassOn(FlatVector.Floats(byHidden), _hiddenGradient.Span);
        }

        WriteGradients(_first, samples, _hiddenGradient, Inputs);
        _inputGradient?.Dispose();
        _inputGradient = _hiddenGradient.First(samples).mm(_weight1).DetachFromDisposeScope();
        return FlatVector.Floats(_inputGradient);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _inputGradient?.Dispose();
        Array.ForEach([_weight1, _bias1, _weight2, _bias2], tensor => tensor.Dispose());
        Array.ForEach([Inputs, _mask, _hidden, _hiddenGradient, _outputGradient], buffer => buffer.Dispose());
    }

    private ReadOnlySpan<float> Forward(int samples, ReadOnlySpan<float> mask)
    {
        var hidden = _hidden.Span[..(samples * _width)];
        using (var sums = linear(Inputs.First(samples), _weight1, _bias1))
        {
            TensorPrimitives.Max(FlatVector.Floats(sums), 0, hidden);
        }

        if (mask.Length > 0)
        {
            TensorPrimitives.Multiply(hidden, mask, hidden);
        }

        using var outputs = linear(_hidden.First(samples), _weight2, _bias2);
        FlatVector.Floats(outputs).CopyTo(_output);
        return _output.AsSpan(0, samples * _outputs);
    }

    /// <summary>
    /// Passes derivatives back through ReLU and dropout. An activation that either of them has set
    /// to zero passes nothing back. Any other activation passes its derivative times its factor in
    /// the mask.
    /// </summary>
    /// <param name="behind">Derivatives by the activations after ReLU and dropout.</param>
    /// <param name="before">Receives the derivatives by the activations before them.</param>
    private void PassOn(ReadOnlySpan<float> behind, Span<float> before)
    {
        var hidden = _hidden.Span[..behind.Length];
        var mask = _mask.Span[..behind.Length];
        for (var i = 0; i < behind.Length; i++)
        {
            before[i] = hidden[i] == 0 ? 0 : _dropout > 0 ? behind[i] * mask[i] : behind[i];
        }
    }

    private ReadOnlySpan<float> DrawMask(int samples, ForwardKey key)
    {
        var random = new KeyedRandom(key.Seed, RandomPurpose.Dropout, key.Step, key.Worker);
        var keep = 1 / (1 - _dropout);
        var mask = _mask.Span[..(samples * _width)];
        foreach (ref var value in mask)
        {
            value = random.NextSingle() < _dropout ? 0 : keep;
        }

        return mask;
    }

    /// <summary>
    /// Writes the gradients of a layer. For the weight: the transposed derivatives by the layer's
    /// outputs, times its inputs. For the bias: the sum of the derivatives over the samples.
    /// </summary>
    private void WriteGradients((Segment Weight, Segment Bias) layer, int samples, RowBuffer byOutputs, RowBuffer inputs)
    {
        using (var transposed = byOutputs.First(samples).t())
        using (var product = transposed.mm(inputs.First(samples)))
        {
            FlatVector.Floats(product).CopyTo(_binding.GradientOf(layer.Weight));
        }

        var bias = _binding.GradientOf(layer.Bias);
        bias.Clear();
        for (var sample = 0; sample < samples; sample++)
        {
            TensorPrimitives.Add(bias, byOutputs.Row(sample), bias);
        }
    }

    private (Segment Weight, Segment Bias) Layer(string name) => (_binding.Layout[$"{name}.weight"], _binding.Layout[$"{name}.bias"]);

    private Tensor View(Segment segment) => _binding.Parameters.View(segment).DetachFromDisposeScope();
}

using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Vectors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Mnist.Distributed.Training.Models.Torch;

/// <summary>
/// A TorchSharp module over the flat vectors. Every pass has a dispose scope, so that no tensor of
/// the module is left to the finalizer thread.
/// </summary>
internal sealed class TorchNetwork : Network
{
    private readonly ModuleFactory _factory;
    private readonly ModelShape _shape;
    private readonly NetworkBinding _binding;
    private readonly Module<Tensor, Tensor> _module;
    private readonly KeyedDropout _dropout;
    private readonly BatchStatistics _statistics;
    private readonly (Segment Segment, Tensor Tensor)[] _parameters;
    private readonly float[] _inputOf;
    private readonly RowBuffer _inputs;
    private readonly RowBuffer _byOutputs;
    private Tensor? _outputs;
    private Tensor? _values;

    /// <summary>Makes an instance of the module that works on the binding's memory.</summary>
    /// <param name="factory">Makes the instance.</param>
    /// <param name="shape">The shape of the inputs and outputs.</param>
    /// <param name="binding">The memory of parameters and gradients.</param>
    public TorchNetwork(ModuleFactory factory, ModelShape shape, NetworkBinding binding)
    {
        (_factory, _shape, _binding) = (factory, shape, binding);
        var isTrained = binding.Gradient is not null;
        _module = factory.Make(seed: 0);
        _module.train(isTrained);
        _dropout = new KeyedDropout(_module);
        _parameters = [.. ModuleLayout.TensorsOf(_module, binding.Layout).Where(entry => binding.Layout.IsTrained(entry.Segment))];
        _statistics = new BatchStatistics(_module, binding);
        Alias(_parameters);
        _inputOf = shape.Normalisation.Table();
        _inputs = new RowBuffer(binding.MaxBatch, shape.Sample.Pixels, [shape.Sample.Channels, shape.Sample.Rows, shape.Sample.Columns]);
        _byOutputs = new RowBuffer(isTrained ? binding.MaxBatch : 0, shape.Outputs);
    }

    /// <inheritdoc />
    public override ReadOnlySpan<float> Train(Batch batch, ForwardKey key)
    {
        using var scope = NewDisposeScope();
        using var grad = enable_grad();
        _dropout.Begin(key);
        _statistics.Begin();
        var outputs = Forward(batch);

        // A part that runs in some passes only would keep masks or statistics of another pass.
        RequireNone(
            _dropout.Unreached,
            "does not run its dropout {0} by call in every pass: write call(x) in place of forward(x), so that the masks follow the seed of the run");
        RequireNone(_statistics.NotRunOnce, "does not run its batch norm {0} exactly once in every pass: give each place a batch norm of its own");
        _statistics.End(batch.Count);
        _outputs = outputs.DetachFromDisposeScope();
        return Values(outputs);
    }

    /// <inheritdoc />
    public override void Backpropagate(ReadOnlySpan<float> outputGradients)
    {
        var outputs = _outputs ?? throw new InvalidOperationException("A backward pass must follow a training pass.");
        outputGradients.CopyTo(_byOutputs.Span);
        using var scope = NewDisposeScope();
        var byOutputs = _byOutputs.First(outputGradients.Length / _shape.Outputs);
        ModuleFailure.Run(_factory.Name, "the backward pass", () => outputs.backward([byOutputs]));
        foreach (var (segment, parameter) in _parameters)
        {
            // A parameter on which no output depends has no gradient.
            var target = _binding.GradientOf(segment);
            if (parameter.grad is { } gradient)
            {
                FlatVector.Floats(gradient.is_contiguous() ? gradient : gradient.contiguous()).CopyTo(target);
                parameter.grad = null;
            }
            else
            {
                target.Clear();
            }
        }

        if (!ReferenceEquals(_outputs, _values))
        {
            _outputs!.Dispose();
        }

        _outputs = null;
    }

    /// <inheritdoc />
    public override ReadOnlySpan<float> Evaluate(Batch batch)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        return Values(Forward(batch));
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        Forget();
        _inputs.Dispose();
        _byOutputs.Dispose();
        _module.Dispose();
        base.Dispose();
    }

    /// <summary>Makes tensors of the module views of the vector of parameters.</summary>
    private void Alias(IEnumerable<(Segment Segment, Tensor Tensor)> entries)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        foreach (var (segment, tensor) in entries)
        {
            tensor.set_(_binding.Parameters.View(segment));
        }
    }

    private Tensor Forward(Batch batch)
    {
        Forget();
        for (var sample = 0; sample < batch.Count; sample++)
        {
            Normalise(batch.Image(sample), _inputs.Row(sample));
        }

        var count = batch.Count;

        // The module may dispose its input, as a Sequential does when a layer returns its input.
        var inputs = _inputs.First(count).alias();
        var outputs = ModuleFailure.Guard(_factory.Name, "forward", () => _module.call(inputs));
        var shape = outputs.shape;
        if (outputs.dtype != ScalarType.Float32 || shape.Length == 0 || shape[0] != count || outputs.numel() != count * (long)_shape.Outputs)
        {
            throw new InvalidInputException(
                $"The model {_factory.Name} gives outputs of {string.Join(" x ", shape)} ({outputs.dtype}) for {count} samples, but the loss needs {count} x {_shape.Outputs} (Float32): change the module's last layer.");
        }

        return shape.Length == 2 ? outputs : outputs.flatten(1);
    }

    private void RequireNone(IEnumerable<string> parts, string fault)
    {
        if (parts.FirstOrDefault() is { } part)
        {
            throw ModuleFailure.Impure(_factory.Name, string.Format(CultureInfo.InvariantCulture, fault, part));
        }
    }

    private void Normalise(ReadOnlySpan<byte> pixels, Span<float> inputs)
    {
        // Spans of one length, and a table with a value for every byte, need no checks of bounds.
        ref var table = ref MemoryMarshal.GetArrayDataReference(_inputOf);
        inputs = inputs[..pixels.Length];
        for (var i = 0; i < pixels.Length; i++)
        {
            inputs[i] = Unsafe.Add(ref table, pixels[i]);
        }
    }

    private ReadOnlySpan<float> Values(Tensor outputs)
    {
        _values = (outputs.is_contiguous() ? outputs : outputs.detach().contiguous()).DetachFromDisposeScope();
        return FlatVector.Floats(_values);
    }

    /// <summary>Frees outputs and graph of the last pass.</summary>
    private void Forget()
    {
        _values?.Dispose();
        _outputs?.Dispose();
        (_values, _outputs) = (null, null);
    }
}

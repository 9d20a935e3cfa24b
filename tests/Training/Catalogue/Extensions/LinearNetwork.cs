using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Tests.Training.Catalogue.Extensions;

/// <summary>
/// outputs = weight x inputs + bias, each output times a gain; it begins with zeros.
/// </summary>
internal sealed class LinearNetwork : Network
{
    public static readonly Setting<float> Gain = new("gain", "Factor of the outputs.", 1, "above 0", value => value > 0);

    public static readonly ModelDefinition Definition = new("linear", "one linear layer", [Gain], Create)
    {
        Recognise = tensors => tensors.ContainsKey("linear.weight") ? Settings.Empty : null,
    };

    private readonly NetworkBinding _binding;
    private readonly Normalisation _normalisation;
    private readonly float _gain;
    private readonly float[] _inputs;
    private readonly float[] _outputs;
    private readonly int _pixels;
    private int _samples;

    private LinearNetwork(NetworkBinding binding, ModelShape shape)
    {
        _binding = binding;
        _normalisation = shape.Normalisation;
        _gain = Gain.Of(shape.Settings);
        _pixels = shape.Sample.Pixels;
        _inputs = new float[binding.MaxBatch * _pixels];
        _outputs = new float[binding.MaxBatch * shape.Outputs];
    }

    public override ReadOnlySpan<float> Train(Batch batch, ForwardKey key) => Evaluate(batch);

    public override ReadOnlySpan<float> Evaluate(Batch batch)
    {
        _samples = batch.Count;
        var weight = _binding.ValueOf(_binding.Layout["linear.weight"]);
        var bias = _binding.ValueOf(_binding.Layout["linear.bias"]);
        for (var sample = 0; sample < _samples; sample++)
        {
            for (var pixel = 0; pixel < _pixels; pixel++)
            {
                _inputs[(sample * _pixels) + pixel] = _normalisation.Input(batch.Image(sample)[pixel]);
            }

            for (var c = 0; c < bias.Length; c++)
            {
                var sum = bias[c];
                for (var pixel = 0; pixel < _pixels; pixel++)
                {
                    sum += weight[(c * _pixels) + pixel] * _inputs[(sample * _pixels) + pixel];
                }

                _outputs[(sample * bias.Length) + c] = _gain * sum;
            }
        }

        return _outputs.AsSpan(0, _samples * bias.Length);
    }

    public override void Backpropagate(ReadOnlySpan<float> outputGradients)
    {
        var weight = _binding.GradientOf(_binding.Layout["linear.weight"]);
        var bias = _binding.GradientOf(_binding.Layout["linear.bias"]);
        weight.Clear();
        bias.Clear();
        for (var sample = 0; sample < _samples; sample++)
        {
            for (var c = 0; c < bias.Length; c++)
            {
                var gradient = _gain * outputGradients[(sample * bias.Length) + c];
                bias[c] += gradient;
                for (var pixel = 0; pixel < _pixels; pixel++)
                {
                    weight[(c * _pixels) + pixel] += gradient * _inputs[(sample * _pixels) + pixel];
                }
            }
        }
    }

    private static Model Create(ModelShape shape)
    {
        var layout = new ParameterLayout.Builder()
            .Parameter("linear.weight", [shape.Outputs, shape.Sample.Pixels], InitialValue.Of(0))
            .Parameter("linear.bias", [shape.Outputs], InitialValue.Of(0))
            .Build();
        return new Model(layout, shape.Outputs, binding => new LinearNetwork(binding, shape), shape.Sample.Pixels, (long)shape.Sample.Pixels * shape.Outputs);
    }
}

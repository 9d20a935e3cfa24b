using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Sparse;

namespace Mnist.Distributed.Training.Models;

/// <summary>
/// Flatten, Linear(784, hidden), ReLU, Linear(hidden, 10) and, in the original recipe, a trailing ReLU. With it an output whose
/// pre-activation is negative for every sample receives no gradient and stays at zero for good.
/// Every matrix product is written as sums of rows, and most of the products that a drawing's background or a ReLU make superfluous are never done.
/// </summary>
public sealed class MlpNetwork : Network
{
    private const int PaddedClasses = 16;
    private static readonly Term[] BackgroundEverywhere = [.. Enumerable.Range(0, ImageSet.Pixels).Select(pixel => new Term(pixel, Pixels.Background))];

    private readonly NetworkBinding _binding;
    private readonly int _units;
    private readonly bool _trailingRelu;
    private readonly Segment _weight1;
    private readonly Segment _bias1;
    private readonly Segment _weight3;
    private readonly Segment _bias3;

    private readonly InkBatch _ink = new();
    private readonly float[] _zeros;
    private readonly float[] _base;
    private readonly float[] _hidden;
    private readonly float[] _hiddenGradients;
    private readonly float[] _outputs;
    private readonly float[] _outputGradients;
    private readonly Term[] _terms;
    private readonly float[] _paddedWeight3;
    private readonly float[] _paddedBias3 = new float[PaddedClasses];
    private readonly float[] _paddedOutputs = new float[PaddedClasses];
    private int _samples;

    private MlpNetwork(NetworkBinding binding, int units, bool trailingRelu)
    {
        _binding = binding;
        _units = units;
        _trailingRelu = trailingRelu;
        _weight1 = binding.Layout["layer_stack.1.weight"];
        _bias1 = binding.Layout["layer_stack.1.bias"];
        _weight3 = binding.Layout["layer_stack.3.weight"];
        _bias3 = binding.Layout["layer_stack.3.bias"];
        _zeros = new float[units];
        _base = new float[units];
        _hidden = new float[binding.MaxBatch * units];
        _hiddenGradients = binding.Gradient is null ? [] : new float[binding.MaxBatch * units];
        _outputs = new float[binding.MaxBatch * ImageSet.Classes];
        _outputGradients = new float[binding.MaxBatch * ImageSet.Classes];
        _terms = new Term[Math.Max(units, Math.Max(binding.MaxBatch, ImageSet.Classes))];
        _paddedWeight3 = new float[units * PaddedClasses];
    }

    /// <summary>The model with <paramref name="hidden"/> hidden units.</summary>
    public static Model Model(string name, int hidden, bool trailingRelu)
    {
        // Stored pixel by pixel: what a pixel's ink adds to the hidden units lies side by side.
        var layout = new ParameterLayout.Builder()
            .Layer("layer_stack.1", [hidden, ImageSet.Pixels], ImageSet.Pixels, new StorageOrder(hidden, ImageSet.Pixels))
            .Layer("layer_stack.3", [ImageSet.Classes, hidden], hidden)
            .Build();
        return new Model(name, layout, binding => new MlpNetwork(binding, hidden, trailingRelu), 2 * (hidden + ImageSet.Classes));
    }

    /// <inheritdoc />
    public override ReadOnlySpan<float> Train(Batch batch, ForwardKey key) => Evaluate(batch);

    /// <inheritdoc />
    public override ReadOnlySpan<float> Evaluate(Batch batch)
    {
        _samples = batch.Count;
        _ink.Fill(batch);
        ComputeHidden();
        ComputeOutputs();
        return _outputs.AsSpan(0, _samples * ImageSet.Classes);
    }

    /// <inheritdoc />
    public override void Backpropagate(ReadOnlySpan<float> outputGradients)
    {
        PassTrailingRelu(outputGradients);
        DifferentiateOutputLayer();
        DifferentiateHiddenLayer();
    }

    private Span<float> Hidden(int sample) => _hidden.AsSpan(sample * _units, _units);

    private Span<float> HiddenGradient(int sample) => _hiddenGradients.AsSpan(sample * _units, _units);

    private void ComputeHidden()
    {
        var weight = _binding.ValueOf(_weight1);
        for (var first = 0; first < _units; first += RowSums.Tile)
        {
            var count = Math.Min(RowSums.Tile, _units - first);
            var start = _base.AsSpan(first, count);
            RowSums.Add(_binding.ValueOf(_bias1).Slice(first, count), BackgroundEverywhere, weight[first..], _units, start);
            for (var sample = 0; sample < _samples; sample++)
            {
                RowSums.Add(start, _ink.OfSample(sample), weight[first..], _units, Hidden(sample).Slice(first, count));
            }
        }
    }

    /// <summary>The hidden units' ReLU, and the outputs from those that it lets through.</summary>
    private void ComputeOutputs()
    {
        var weight = _binding.ValueOf(_weight3);
        for (var c = 0; c < ImageSet.Classes; c++)
        {
            for (var unit = 0; unit < _units; unit++)
            {
                _paddedWeight3[(unit * PaddedClasses) + c] = weight[(c * _units) + unit];
            }
        }

        _binding.ValueOf(_bias3).CopyTo(_paddedBias3);
        for (var sample = 0; sample < _samples; sample++)
        {
            RowSums.Add(_paddedBias3, Rectify(Hidden(sample)), _paddedWeight3, PaddedClasses, _paddedOutputs);
            var outputs = _outputs.AsSpan(sample * ImageSet.Classes, ImageSet.Classes);
            _paddedOutputs.AsSpan(0, ImageSet.Classes).CopyTo(outputs);
            if (_trailingRelu)
            {
                Rectify(outputs);
            }
        }
    }

    /// <summary>Sets what is not positive to zero, and lists the rest; what is not a number stays, so that it shows in the loss.</summary>
    private ReadOnlySpan<Term> Rectify(Span<float> values)
    {
        var count = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] <= 0)
            {
                values[i] = 0;
            }
            else
            {
                _terms[count++] = new Term(i, values[i]);
            }
        }

        return _terms.AsSpan(0, count);
    }

    private void PassTrailingRelu(ReadOnlySpan<float> outputGradients)
    {
        outputGradients.CopyTo(_outputGradients);
        for (var i = 0; _trailingRelu && i < outputGradients.Length; i++)
        {
            _outputGradients[i] = _outputs[i] == 0 ? 0 : outputGradients[i];
        }
    }

    private void DifferentiateOutputLayer()
    {
        var bias = _binding.GradientOf(_bias3);
        for (var c = 0; c < ImageSet.Classes; c++)
        {
            var sum = 0f;
            for (var sample = 0; sample < _samples; sample++)
            {
                var gradient = _outputGradients[(sample * ImageSet.Classes) + c];
                _terms[sample] = new Term(sample, gradient);
                sum += gradient;
            }

            bias[c] = sum;
            RowSums.Add(_zeros, _terms.AsSpan(0, _samples), _hidden, _units, _binding.GradientOf(_weight3).Slice(c * _units, _units));
        }
    }

    private void DifferentiateHiddenLayer()
    {
        for (var sample = 0; sample < _samples; sample++)
        {
            for (var c = 0; c < ImageSet.Classes; c++)
            {
                _terms[c] = new Term(c, _outputGradients[(sample * ImageSet.Classes) + c]);
            }

            var hidden = Hidden(sample);
            var gradient = HiddenGradient(sample);
            RowSums.Add(_zeros, _terms.AsSpan(0, ImageSet.Classes), _binding.ValueOf(_weight3), _units, gradient);
            for (var unit = 0; unit < gradient.Length && unit < hidden.Length; unit++)
            {
                gradient[unit] = hidden[unit] == 0 ? 0 : gradient[unit];
            }
        }

        RowSums.Add(_zeros, EverySample(1), _hiddenGradients, _units, _binding.GradientOf(_bias1));
        RowSums.Add(_zeros, EverySample(Pixels.Background), _hiddenGradients, _units, _base);
        var weight = _binding.GradientOf(_weight1);
        for (var first = 0; first < _units; first += RowSums.Tile)
        {
            var count = Math.Min(RowSums.Tile, _units - first);
            for (var pixel = 0; pixel < ImageSet.Pixels; pixel++)
            {
                RowSums.Add(_base.AsSpan(first, count), _ink.OfPixel(pixel), _hiddenGradients.AsSpan(first), _units, weight.Slice((pixel * _units) + first, count));
            }
        }
    }

    private ReadOnlySpan<Term> EverySample(float weight)
    {
        for (var sample = 0; sample < _samples; sample++)
        {
            _terms[sample] = new Term(sample, weight);
        }

        return _terms.AsSpan(0, _samples);
    }
}

using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Models.Fast.Sparse;
using Mnist.Distributed.Training.Models.Graphs;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Training.Models.Fast;

/// <summary>
/// The MLP: Flatten, Linear(pixels, hidden), ReLU, Linear(hidden, outputs) and, in the original
/// recipe, a trailing ReLU. With the trailing ReLU, an output that is negative before it for every
/// sample gets no gradient and stays at zero for good. Every matrix product is computed as sums of
/// rows. Background pixels and hidden units that a ReLU has zeroed add nothing to these sums, so
/// most of their products are left out.
/// </summary>
public sealed class MlpNetwork : Network
{
    /// <summary>The largest number of hidden units.</summary>
    public const int MaxHidden = 16_384;

    /// <summary>The setting for the number of hidden units.</summary>
    public static readonly Setting<int> Hidden = new(
        "hidden", "Hidden units of the MLP.", 100, $"from 1 to {MaxHidden}", value => value is >= 1 and <= MaxHidden);

    /// <summary>The MLP of the original recipe, which ends with a ReLU.</summary>
    public static readonly ModelDefinition Recipe = Define("mlp", "two linear layers, with the recipe's trailing ReLU", trailingRelu: true);

    /// <summary>The MLP without the trailing ReLU.</summary>
    public static readonly ModelDefinition Logits = Define("mlp-logits", "two linear layers, without the trailing ReLU", trailingRelu: false);

    private const int Lanes = 16;

    private readonly NetworkBinding _binding;
    private readonly int _units;
    private readonly int _classes;
    private readonly float _background;
    private readonly bool _trailingRelu;
    private readonly Segment _weight1;
    private readonly Segment _bias1;
    private readonly Segment _weight3;
    private readonly Segment _bias3;

    private readonly Term[] _backgroundEverywhere;
    private readonly InkBatch _ink;
    private readonly float[] _zeros;
    private readonly float[] _base;
    private readonly float[] _hidden;
    private readonly float[] _hiddenGradients;
    private readonly float[] _outputs;
    private readonly float[] _outputGradients;
    private readonly Term[] _terms;
    private readonly float[] _paddedWeight3;
    private readonly float[] _paddedBias3;
    private readonly float[] _paddedOutputs;
    private int _samples;

    private MlpNetwork(NetworkBinding binding, ModelShape shape, bool trailingRelu)
    {
        _binding = binding;
        _classes = shape.Outputs;
        _background = shape.Normalisation.Background;
        _trailingRelu = trailingRelu;
        _weight1 = binding.Layout["layer_stack.1.weight"];
        _bias1 = binding.Layout["layer_stack.1.bias"];
        _weight3 = binding.Layout["layer_stack.3.weight"];
        _bias3 = binding.Layout["layer_stack.3.bias"];
        _units = _bias1.Length;
        _backgroundEverywhere = [.. Enumerable.Range(0, shape.Sample.Pixels).Select(pixel => new Term(pixel, _background))];
        _ink = new InkBatch(shape.Sample.Pixels, shape.Normalisation);
        _zeros = new float[_units];
        _base = new float[_units];
        _hidden = new float[binding.MaxBatch * _units];
        _hiddenGradients = binding.Gradient is null ? [] : new float[binding.MaxBatch * _units];
        _outputs = new float[binding.MaxBatch * _classes];
        _outputGradients = new float[binding.MaxBatch * _classes];
        _terms = new Term[Math.Max(_units, Math.Max(binding.MaxBatch, _classes))];

        // Sums of whole vectors take less time than sums with a remainder, so the classes are
        // padded.
        var padded = (_classes + Lanes - 1) / Lanes * Lanes;
        _paddedWeight3 = new float[_units * padded];
        _paddedBias3 = new float[padded];
        _paddedOutputs = new float[padded];
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
        return _outputs.AsSpan(0, _samples * _classes);
    }

    /// <inheritdoc />
    public override void Backpropagate(ReadOnlySpan<float> outputGradients)
    {
        PassTrailingRelu(outputGradients);
        DifferentiateOutputLayer();
        DifferentiateHiddenLayer();
    }

    private Span<float> HiddenOf(int sample) => _hidden.AsSpan(sample * _units, _units);

    private Span<float> HiddenGradient(int sample) => _hiddenGradients.AsSpan(sample * _units, _units);

    private void ComputeHidden()
    {
        var weight = _binding.ValueOf(_weight1);
        for (var first = 0; first < _units; first += RowSums.Tile)
        {
            var count = Math.Min(RowSums.Tile, _units - first);
            var start = _base.AsSpan(first, count);
            RowSums.Add(_binding.ValueOf(_bias1).Slice(first, count), _backgroundEverywhere, weight[first..], _units, start);
            for (var sample = 0; sample < _samples; sample++)
            {
                RowSums.Add(start, _ink.OfSample(sample), weight[first..], _units, HiddenOf(sample).Slice(first, count));
            }
        }
    }

    /// <summary>
    /// Applies the ReLU to the hidden units, and computes the outputs from the units that are not
    /// zero.
    /// </summary>
    private void ComputeOutputs()
    {
        var weight = _binding.ValueOf(_weight3);
        for (var c = 0; c < _classes; c++)
        {
            for (var unit = 0; unit < _units; unit++)
            {
                _paddedWeight3[(unit * _paddedBias3.Length) + c] = weight[(c * _units) + unit];
            }
        }

        _binding.ValueOf(_bias3).CopyTo(_paddedBias3);
        for (var sample = 0; sample < _samples; sample++)
        {
            RowSums.Add(_paddedBias3, Rectify(HiddenOf(sample)), _paddedWeight3, _paddedBias3.Length, _paddedOutputs);
            var outputs = _outputs.AsSpan(sample * _classes, _classes);
            _paddedOutputs.AsSpan(0, _classes).CopyTo(outputs);
            if (_trailingRelu)
            {
                Rectify(outputs);
            }
        }
    }

    /// <summary>
    /// Applies a ReLU in place, and lists the values that are not zero. A NaN stays, so that the
    /// loss shows it.
    /// </summary>
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
        for (var c = 0; c < _classes; c++)
        {
            var sum = 0f;
            for (var sample = 0; sample < _samples; sample++)
            {
                var gradient = _outputGradients[(sample * _classes) + c];
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
            for (var c = 0; c < _classes; c++)
            {
                _terms[c] = new Term(c, _outputGradients[(sample * _classes) + c]);
            }

            var hidden = HiddenOf(sample);
            var gradient = HiddenGradient(sample);
            RowSums.Add(_zeros, _terms.AsSpan(0, _classes), _binding.ValueOf(_weight3), _units, gradient);
            for (var unit = 0; unit < gradient.Length && unit < hidden.Length; unit++)
            {
                gradient[unit] = hidden[unit] == 0 ? 0 : gradient[unit];
            }
        }

        RowSums.Add(_zeros, EverySample(1), _hiddenGradients, _units, _binding.GradientOf(_bias1));
        RowSums.Add(_zeros, EverySample(_background), _hiddenGradients, _units, _base);
        var weight = _binding.GradientOf(_weight1);
        for (var first = 0; first < _units; first += RowSums.Tile)
        {
            var count = Math.Min(RowSums.Tile, _units - first);
            for (var pixel = 0; pixel < _backgroundEverywhere.Length; pixel++)
            {
                RowSums.Add(_base.AsSpan(first, count), _ink.OfPixel(pixel), _hiddenGradients.AsSpan(first), _units, weight.Slice((pixel * _units) + first, count));
            }
        }
    }

    private static ModelDefinition Define(string name, string summary, bool trailingRelu) => new(name, summary, [Hidden], shape => Create(shape, trailingRelu))
    {
        Recognise = tensors => tensors.TryGetValue("layer_stack.1.weight", out var weight) && weight is [> 0 and <= MaxHidden, > 0]
            ? Settings.Empty.With(Hidden, (int)weight[0])
            : null,
        Graph = (graph, _) => Draw(graph, trailingRelu),
    };

    /// <summary>Describes the evaluation pass.</summary>
    /// <param name="graph">Receives the operations.</param>
    /// <param name="trailingRelu">Whether the model ends in a ReLU.</param>
    /// <returns>The name of the outputs.</returns>
    internal static string Draw(GraphBuilder graph, bool trailingRelu)
    {
        var outputs = graph.Linear(graph.Relu(graph.Linear(graph.Flatten(GraphBuilder.Input), "layer_stack.1")), "layer_stack.3");
        return trailingRelu ? graph.Relu(outputs) : outputs;
    }

    private static Model Create(ModelShape shape, bool trailingRelu)
    {
        var hidden = Hidden.Of(shape.Settings);
        var (pixels, outputs) = (shape.Sample.Pixels, shape.Outputs);

        // The weights are stored pixel by pixel: the weights of one pixel for all hidden units lie
        // side by side.
        var layout = new ParameterLayout.Builder()
            .Layer("layer_stack.1", [hidden, pixels], pixels, new StorageOrder(hidden, pixels))
            .Layer("layer_stack.3", [outputs, hidden], hidden)
            .Build();
        return new Model(
            layout,
            outputs,
            binding => new MlpNetwork(binding, shape, trailingRelu),
            FloatsPerSample: 2 * (hidden + outputs),
            MultiplyAdds: ((long)pixels * hidden) + ((long)hidden * outputs))
        {
            EndsInRelu = trailingRelu,
        };
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

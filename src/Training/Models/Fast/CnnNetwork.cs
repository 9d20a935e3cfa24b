using System.Numerics.Tensors;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Models.Graphs;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Training.Models.Fast;

/// <summary>
/// The CNN: conv 1->32, batch norm, ReLU, max-pool; conv 32->64, batch norm, ReLU, max-pool; linear
/// 3136->128, ReLU, dropout, linear 128->outputs. Convolutions are 3 x 3 with padding 1, over
/// images of 28 x 28. libtorch computes only the linear layers; the other layers are written in C#.
/// In all of them the channels of a pixel lie side by side, so nothing is copied from one order to
/// another. The layers process one image at a time, so that the image is still in the core's cache
/// when the next layer reads it.
/// </summary>
public sealed class CnnNetwork : Network
{
    private const int Channels1 = EdgeConvolution.Channels;
    private const int Channels2 = 64;
    private const int Hidden = 128;
    private const int Rows0 = EdgeConvolution.Rows;
    private const int Rows1 = Rows0 / 2;
    private const int Rows2 = Rows0 / 4;
    private const int Flat = Channels2 * Rows2 * Rows2;

    /// <summary>The dropout setting.</summary>
    public static readonly Setting<float> Dropout = new(
        "dropout", "Dropout probability of the CNN.", 0.5f, "from 0 to below 1", value => float.IsFinite(value) && value is >= 0 and < 1);

    /// <summary>The entry of the catalogue.</summary>
    public static readonly ModelDefinition Definition = new(
        "cnn", "two convolutions with batch norm, two linear layers with dropout", [Dropout], Create)
    {
        Recognise = tensors => tensors.ContainsKey("conv1.weight") ? Settings.Empty : null,
        Graph = (graph, _) => Draw(graph),
    };

    private static readonly Norm Norm1 = new("batch_norm1");
    private static readonly Norm Norm2 = new("batch_norm2");

    private readonly NetworkBinding _binding;
    private readonly EdgeConvolution _conv1;
    private readonly NormPool _block1 = new(Channels1, Rows0);
    private readonly WinogradConvolution _conv2 = new(Channels1, Channels2, Rows1);
    private readonly NormPool _block2 = new(Channels2, Rows1);
    private readonly DenseLayers _dense;
    private readonly RowBuffer _planes1;
    private readonly FlatVector _planes1Gradient;
    private readonly RowBuffer _pooled1;
    private readonly RowBuffer _pooled1Gradient;
    private readonly RowBuffer _planes2;
    private readonly FlatVector _planes2Gradient;
    private int _samples;

    private CnnNetwork(NetworkBinding binding, Normalisation normalisation, float dropout)
    {
        _binding = binding;
        _dense = new DenseLayers(binding, "fc1", "fc2", dropout);

        // An evaluation needs the planes of an image only until they are pooled, so memory for one
        // image is enough.
        var kept = binding.Gradient is null ? 1 : binding.MaxBatch;
        _conv1 = new EdgeConvolution(binding.MaxBatch, normalisation);
        _planes1 = new RowBuffer(kept, _block1.Input);
        _planes1Gradient = new FlatVector(_block1.Input);
        _pooled1 = new RowBuffer(kept, _block1.Output);
        _pooled1Gradient = new RowBuffer(kept, _block1.Output);
        _planes2 = new RowBuffer(kept, _block2.Input);
        _planes2Gradient = new FlatVector(_block2.Input);
    }

    /// <summary>Describes the evaluation pass.</summary>
    /// <param name="graph">Receives the operations.</param>
    /// <returns>The name of the outputs.</returns>
    internal static string Draw(GraphBuilder graph)
    {
        var planes = graph.MaxPool(graph.Relu(graph.BatchNorm(graph.Convolution(GraphBuilder.Input, "conv1"), "batch_norm1")));
        planes = graph.MaxPool(graph.Relu(graph.BatchNorm(graph.Convolution(planes, "conv2"), "batch_norm2")));
        return graph.Linear(graph.Relu(graph.Linear(graph.Flatten(planes), "fc1")), "fc2");
    }

    private static Model Create(ModelShape shape)
    {
        InvalidInputException.Require(
            shape.Sample == EdgeConvolution.Input,
            $"The model {Definition.Name} takes images of {EdgeConvolution.Input}, but those of the data set are {shape.Sample}: choose another Model.",
            nameof(TrainingPlan.Model));
        var dropout = Dropout.Of(shape.Settings);

        // The features lie pixel by pixel, so the weights that read them are stored pixel by pixel
        // too.
        var layout = new ParameterLayout.Builder()
            .Layer("conv1", [Channels1, 1, 3, 3], 9)
            .BatchNorm("batch_norm1", Channels1)
            .Layer("conv2", [Channels2, Channels1, 3, 3], Channels1 * 9, WinogradConvolution.OrderOf(Channels1, Channels2))
            .BatchNorm("batch_norm2", Channels2)
            .Layer("fc1", [Hidden, Flat], Flat, new StorageOrder(Channels2, Rows2 * Rows2))
            .Layer("fc2", [shape.Outputs, Hidden], Hidden)
            .Build();
        var model = new Model(
            layout,
            shape.Outputs,
            binding => new CnnNetwork(binding, shape.Normalisation, dropout),
            FloatsPerSample: (Channels1 * Rows0 * Rows0) + (2 * Channels1 * Rows1 * Rows1) + (Channels2 * Rows1 * Rows1) + Flat,
            MultiplyAdds: (9L * Channels1 * Rows0 * Rows0) + (9L * Channels1 * Channels2 * Rows1 * Rows1) + ((long)Flat * Hidden) + ((long)Hidden * shape.Outputs));
        return model with { ProbedGradient = GradientProbe.Of(model, shape) };
    }

    /// <inheritdoc />
    public override ReadOnlySpan<float> Train(Batch batch, ForwardKey key)
    {
        Begin(batch);
        var bias1 = Value("conv1.bias");
        var bias2 = Value("conv2.bias");
        _block1.BeginStatistics();
        for (var sample = 0; sample < _samples; sample++)
        {
            var planes = _planes1.Row(sample);
            _conv1.Forward(sample, bias1, planes);
            _block1.AddStatistics(planes);
        }

        EndStatistics(_block1, Norm1);
        _block2.BeginStatistics();
        for (var sample = 0; sample < _samples; sample++)
        {
            var pooled = _pooled1.Row(sample);
            var planes = _planes2.Row(sample);
            _block1.Forward(_planes1.Row(sample), pooled);
            _conv2.Forward(pooled, bias2, planes);
            _block2.AddStatistics(planes);
        }

        EndStatistics(_block2, Norm2);
        for (var sample = 0; sample < _samples; sample++)
        {
            _block2.Forward(_planes2.Row(sample), _dense.Inputs.Row(sample));
        }

        return _dense.Train(_samples, key);
    }

    /// <inheritdoc />
    public override ReadOnlySpan<float> Evaluate(Batch batch)
    {
        Begin(batch);
        UseStatistics(_block1, Norm1);
        UseStatistics(_block2, Norm2);
        var bias1 = Value("conv1.bias");
        var bias2 = Value("conv2.bias");
        for (var sample = 0; sample < _samples; sample++)
        {
            _conv1.Forward(sample, bias1, _planes1.Row(0));
            _block1.Forward(_planes1.Row(0), _pooled1.Row(0));
            _conv2.Forward(_pooled1.Row(0), bias2, _planes2.Row(0));
            _block2.Forward(_planes2.Row(0), _dense.Inputs.Row(sample));
        }

        return _dense.Evaluate(_samples);
    }

    /// <inheritdoc />
    public override void Backpropagate(ReadOnlySpan<float> outputGradients)
    {
        var byFeatures = _dense.Backpropagate(_samples, outputGradients);
        _block2.BeginGradients();
        for (var sample = 0; sample < _samples; sample++)
        {
            _block2.AddGradients(_planes2.Row(sample), byFeatures.Slice(sample * Flat, Flat));
        }

        EndGradients(_block2, Norm2);
        DifferentiateConvolution2(byFeatures);
        EndGradients(_block1, Norm1);
        DifferentiateConvolution1();
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _dense.Dispose();
        Array.ForEach([_planes1, _pooled1, _pooled1Gradient, _planes2], buffer => buffer.Dispose());
        base.Dispose();
    }

    private void Begin(Batch batch)
    {
        _samples = batch.Count;
        _conv1.Begin(batch, Value("conv1.weight"));
        _conv2.Begin(Value("conv2.weight"));
    }

    private void DifferentiateConvolution2(ReadOnlySpan<float> byFeatures)
    {
        var bias = Gradient("conv2.bias");
        bias.Clear();
        _conv2.BeginGradients();
        _block1.BeginGradients();
        for (var sample = 0; sample < _samples; sample++)
        {
            var byPlanes = _planes2Gradient.Span;
            var byPooled = _pooled1Gradient.Row(sample);
            _block2.Backward(_planes2.Row(sample), byFeatures.Slice(sample * Flat, Flat), byPlanes);
            AddPixels(byPlanes, bias);
            _conv2.Backward(_pooled1.Row(sample), byPlanes, byPooled);
            _block1.AddGradients(_planes1.Row(sample), byPooled);
        }

        _conv2.End(Gradient("conv2.weight"));
    }

    private void DifferentiateConvolution1()
    {
        var bias = Gradient("conv1.bias");
        bias.Clear();
        for (var sample = 0; sample < _samples; sample++)
        {
            var byPlanes = _planes1Gradient.Span;
            _block1.Backward(_planes1.Row(sample), _pooled1Gradient.Row(sample), byPlanes);
            AddPixels(byPlanes, bias);
            _conv1.Backward(sample, byPlanes);
        }

        _conv1.End(Gradient("conv1.weight"));
    }

    /// <summary>
    /// Adds the pixels of an image to the sums of the channels. It first adds up the image by
    /// itself: that keeps the summands alike in size, and so the rounding errors small.
    /// </summary>
    private static void AddPixels(ReadOnlySpan<float> image, Span<float> channels)
    {
        Span<float> own = stackalloc float[channels.Length];
        for (var at = 0; at < image.Length; at += channels.Length)
        {
            TensorPrimitives.Add(own, image.Slice(at, channels.Length), own);
        }

        TensorPrimitives.Add(channels, own, channels);
    }

    private void EndStatistics(NormPool block, Norm norm) => block.EndStatistics(Value(norm.Weight), Value(norm.Bias), Gradient(norm.Mean), Gradient(norm.Variance));

    private void UseStatistics(NormPool block, Norm norm) => block.UseStatistics(Value(norm.Weight), Value(norm.Bias), Value(norm.Mean), Value(norm.Variance));

    private void EndGradients(NormPool block, Norm norm) => block.EndGradients(Gradient(norm.Weight), Gradient(norm.Bias));

    private ReadOnlySpan<float> Value(string name) => _binding.ValueOf(_binding.Layout[name]);

    private Span<float> Gradient(string name) => _binding.GradientOf(_binding.Layout[name]);

    /// <summary>The names of the tensors of a batch normalisation.</summary>
    private sealed class Norm(string name)
    {
        public string Weight { get; } = $"{name}.weight";

        public string Bias { get; } = $"{name}.bias";

        public string Mean { get; } = $"{name}.running_mean";

        public string Variance { get; } = $"{name}.running_var";
    }
}

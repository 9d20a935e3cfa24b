using System.Numerics.Tensors;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Native;
using Mnist.Distributed.Training.Randomness;
using Mnist.Distributed.Training.State;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;
using Tensor = TorchSharp.torch.Tensor;

namespace Mnist.Distributed.Training.Models;

/// <summary>
/// conv 1->32, batch norm, ReLU, max-pool; conv 32->64, batch norm, ReLU, max-pool; linear 3136->128, ReLU, dropout, linear 128->10.
/// Convolutions are 3 x 3 with padding 1. libtorch does the large products: the second convolution, there and back, and the linear layers. All that lies between them is
/// written out, with the channels of a pixel side by side throughout, so that nothing is ever copied from one order to another.
/// </summary>
public sealed class CnnNetwork : Network
{
    private const int Channels2 = 64;
    private const int Hidden = 128;
    private const int Rows1 = ImageSet.Rows / 2;
    private const int Rows2 = ImageSet.Rows / 4;
    private const int Flat = Channels2 * Rows2 * Rows2;
    private static readonly long[] One = [1, 1];

    private readonly NetworkBinding _binding;
    private readonly float _dropout;
    private readonly List<IDisposable> _owned = [];

    private readonly EdgeConvolution _conv1;
    private readonly NormPool _block1 = new(EdgeConvolution.Channels, ImageSet.Rows);
    private readonly NormPool _block2 = new(Channels2, Rows1);
    private readonly RowBuffer _planes1;
    private readonly RowBuffer _pooled1;
    private readonly RowBuffer _planes2Gradient;
    private readonly RowBuffer _features;
    private readonly RowBuffer _mask;
    private readonly RowBuffer _hidden;
    private readonly RowBuffer _hiddenGradient;
    private readonly RowBuffer _outputGradient;
    private readonly float[] _outputs;

    private readonly Tensor _conv2Weight;
    private readonly FlatVector? _conv2Gradient;
    private readonly Tensor _conv2Bias;
    private readonly Tensor _weight1;
    private readonly Tensor _bias1;
    private readonly Tensor _weight2;
    private readonly Tensor _bias2;

    private int _samples;
    private Tensor? _input2;
    private Tensor? _planes2;

    private CnnNetwork(NetworkBinding binding, float dropout)
    {
        LibTorch.EnsureLoaded();
        _binding = binding;
        _dropout = dropout;
        var training = binding.Gradient is not null;
        var trained = training ? binding.MaxBatch : 0;
        _conv1 = new EdgeConvolution(binding.MaxBatch);
        _planes1 = Own(new RowBuffer(training ? binding.MaxBatch : 1, _block1.Input));
        _pooled1 = Own(new RowBuffer(binding.MaxBatch, _block1.Output));
        _planes2Gradient = Own(new RowBuffer(trained, _block2.Input));
        _features = Own(new RowBuffer(binding.MaxBatch, Flat));
        _mask = Own(new RowBuffer(trained, Hidden));
        _hidden = Own(new RowBuffer(binding.MaxBatch, Hidden));
        _hiddenGradient = Own(new RowBuffer(trained, Hidden));
        _outputGradient = Own(new RowBuffer(trained, ImageSet.Classes));
        _outputs = new float[binding.MaxBatch * ImageSet.Classes];
        _conv2Weight = Own(View("conv2.weight").requires_grad_(training));
        _conv2Bias = Own(View("conv2.bias"));
        _weight1 = Own(View("fc1.weight"));
        _bias1 = Own(View("fc1.bias"));
        _weight2 = Own(View("fc2.weight"));
        _bias2 = Own(View("fc2.bias"));
        if (training)
        {
            var weight = binding.Layout["conv2.weight"];
            _conv2Gradient = new FlatVector(weight.Length);
            _conv2Weight.grad = Own(_conv2Gradient.View(0, Array.ConvertAll(weight.Shape, size => (long)size)));
        }
    }

    /// <summary>The model that zeroes hidden activations with probability <paramref name="dropout"/> while training.</summary>
    public static Model Model(string name, float dropout)
    {
        // The features come pixel by pixel, and so do the weights that read them.
        var layout = new ParameterLayout.Builder()
            .Layer("conv1", [EdgeConvolution.Channels, 1, 3, 3], 9)
            .BatchNorm("batch_norm1", EdgeConvolution.Channels)
            .Layer("conv2", [Channels2, EdgeConvolution.Channels, 3, 3], EdgeConvolution.Channels * 9)
            .BatchNorm("batch_norm2", Channels2)
            .Layer("fc1", [Hidden, Flat], Flat, new StorageOrder(Channels2, Rows2 * Rows2))
            .Layer("fc2", [ImageSet.Classes, Hidden], Hidden)
            .Build();
        return new Model(name, layout, binding => new CnnNetwork(binding, dropout));
    }

    /// <inheritdoc />
    public override ReadOnlySpan<float> Train(Batch batch, ForwardKey key)
    {
        Begin(batch);
        _block1.BeginStatistics();
        for (var sample = 0; sample < _samples; sample++)
        {
            _conv1.Forward(sample, Value("conv1.bias"), _planes1.Row(sample));
            _block1.AddStatistics(_planes1.Row(sample));
        }

        EndStatistics(_block1, "batch_norm1");
        for (var sample = 0; sample < _samples; sample++)
        {
            _block1.Forward(_planes1.Row(sample), _pooled1.Row(sample));
        }

        // Differentiated by libtorch alone, as a leaf of its own: everything else is written out.
        _input2 = AsChannels(_pooled1, EdgeConvolution.Channels).requires_grad_(true);
        _planes2 = conv2d(_input2, _conv2Weight, _conv2Bias, One, One, One, 1);
        var planes = FloatsOf(_planes2);
        _block2.BeginStatistics();
        for (var sample = 0; sample < _samples; sample++)
        {
            _block2.AddStatistics(planes.Slice(sample * _block2.Input, _block2.Input));
        }

        EndStatistics(_block2, "batch_norm2");
        Pool2(planes);
        return Classify(_dropout > 0 ? DrawMask(key) : []);
    }

    /// <inheritdoc />
    public override ReadOnlySpan<float> Evaluate(Batch batch)
    {
        Begin(batch);
        UseStatistics(_block1, "batch_norm1");
        UseStatistics(_block2, "batch_norm2");
        for (var sample = 0; sample < _samples; sample++)
        {
            _conv1.Forward(sample, Value("conv1.bias"), _planes1.Row(0));
            _block1.Forward(_planes1.Row(0), _pooled1.Row(sample));
        }

        using var scope = NewDisposeScope();
        using var grad = no_grad();
        Pool2(FloatsOf(conv2d(AsChannels(_pooled1, EdgeConvolution.Channels), _conv2Weight, _conv2Bias, One, One, One, 1)));
        return Classify([]);
    }

    /// <inheritdoc />
    public override void Backpropagate(ReadOnlySpan<float> outputGradients)
    {
        using var scope = NewDisposeScope();
        outputGradients.CopyTo(_outputGradient.Span);
        var byFeatures = DifferentiateLinearLayers();
        var byPooled = DifferentiateBlock2(byFeatures);
        DifferentiateBlock1(byPooled);
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        DropGraph();
        _owned.ForEach(owned => owned.Dispose());
        _owned.Clear();
        base.Dispose();
    }

    private void Begin(Batch batch)
    {
        DropGraph();
        _samples = batch.Count;
        _conv1.Begin(batch, Value("conv1.weight"));
    }

    /// <summary>Pools the second convolution's planes to features, pixel by pixel.</summary>
    private void Pool2(ReadOnlySpan<float> planes)
    {
        for (var sample = 0; sample < _samples; sample++)
        {
            _block2.Forward(planes.Slice(sample * _block2.Input, _block2.Input), _features.Row(sample));
        }
    }

    private ReadOnlySpan<float> Classify(ReadOnlySpan<float> mask)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var hidden = _hidden.Span[..(_samples * Hidden)];
        TensorPrimitives.Max(FlatVector.Floats(linear(_features.First(_samples), _weight1, _bias1)), 0, hidden);
        if (mask.Length > 0)
        {
            TensorPrimitives.Multiply(hidden, mask, hidden);
        }

        FlatVector.Floats(linear(_hidden.First(_samples), _weight2, _bias2)).CopyTo(_outputs);
        return _outputs.AsSpan(0, _samples * ImageSet.Classes);
    }

    private ReadOnlySpan<float> DrawMask(ForwardKey key)
    {
        var random = new KeyedRandom(key.Seed, RandomPurpose.Dropout, key.Step, key.Worker);
        var keep = 1 / (1 - _dropout);
        var mask = _mask.Span[..(_samples * Hidden)];
        foreach (ref var value in mask)
        {
            value = random.NextSingle() < _dropout ? 0 : keep;
        }

        return mask;
    }

    /// <returns>Derivatives by the features, n x 3136.</returns>
    private ReadOnlySpan<float> DifferentiateLinearLayers()
    {
        using var grad = no_grad();
        var byOutputs = _outputGradient.First(_samples);
        ByWeight("fc2.weight", byOutputs, _hidden);
        SumRows(_outputGradient, ImageSet.Classes, Gradient("fc2.bias"));

        var byHidden = _hiddenGradient.Span[..(_samples * Hidden)];
        FlatVector.Floats(byOutputs.mm(_weight2)).CopyTo(byHidden);
        for (var i = 0; i < byHidden.Length; i++)
        {
            // An activation that the ReLU or the mask has zeroed passes nothing on; the others pass what the mask multiplied them with.
            byHidden[i] *= _hidden.Span[i] == 0 ? 0 : _dropout > 0 ? _mask.Span[i] : 1;
        }

        ByWeight("fc1.weight", _hiddenGradient.First(_samples), _features);
        SumRows(_hiddenGradient, Hidden, Gradient("fc1.bias"));
        return FlatVector.Floats(_hiddenGradient.First(_samples).mm(_weight1));
    }

    /// <returns>Derivatives by the pooled planes of the first block, n x 14 x 14 x 32.</returns>
    private ReadOnlySpan<float> DifferentiateBlock2(ReadOnlySpan<float> byFeatures)
    {
        var planes = FloatsOf(_planes2!);
        _block2.BeginGradients();
        for (var sample = 0; sample < _samples; sample++)
        {
            _block2.AddGradients(planes.Slice(sample * _block2.Input, _block2.Input), byFeatures.Slice(sample * Flat, Flat));
        }

        EndGradients(_block2, "batch_norm2");
        var bias = Gradient("conv2.bias");
        bias.Clear();
        for (var sample = 0; sample < _samples; sample++)
        {
            var gradient = _planes2Gradient.Row(sample);
            _block2.Backward(planes.Slice(sample * _block2.Input, _block2.Input), byFeatures.Slice(sample * Flat, Flat), gradient);
            AddPixels(gradient, bias);
        }

        _conv2Gradient!.Span.Clear();
        _planes2!.backward([AsChannels(_planes2Gradient, Channels2)]);
        _conv2Gradient.Span.CopyTo(Gradient("conv2.weight"));
        return FloatsOf(_input2!.grad!);
    }

    private void DifferentiateBlock1(ReadOnlySpan<float> byPooled)
    {
        _block1.BeginGradients();
        for (var sample = 0; sample < _samples; sample++)
        {
            _block1.AddGradients(_planes1.Row(sample), byPooled.Slice(sample * _block1.Output, _block1.Output));
        }

        EndGradients(_block1, "batch_norm1");
        var bias = Gradient("conv1.bias");
        bias.Clear();
        for (var sample = 0; sample < _samples; sample++)
        {
            var planes = _planes1.Row(sample);
            _block1.Backward(planes, byPooled.Slice(sample * _block1.Output, _block1.Output), planes);
            _conv1.Backward(sample, planes);
            AddPixels(planes, bias);
        }

        _conv1.End(Gradient("conv1.weight"));
    }

    /// <summary>Writes the gradient of a linear layer's weight: derivatives by its outputs, transposed, times its inputs.</summary>
    private void ByWeight(string name, Tensor byOutputs, RowBuffer inputs)
    {
        using var transposed = byOutputs.t();
        FlatVector.Floats(transposed.mm(inputs.First(_samples))).CopyTo(Gradient(name));
    }

    private void SumRows(RowBuffer rows, int width, Span<float> sum)
    {
        sum.Clear();
        for (var sample = 0; sample < _samples; sample++)
        {
            TensorPrimitives.Add(sum, rows.Span.Slice(sample * width, width), sum);
        }
    }

    /// <summary>Adds the pixels of an image to the channels' sums, row by row so that the summands stay alike in size.</summary>
    private static void AddPixels(ReadOnlySpan<float> image, Span<float> channels)
    {
        Span<float> own = stackalloc float[channels.Length];
        for (var at = 0; at < image.Length; at += channels.Length)
        {
            TensorPrimitives.Add(own, image.Slice(at, channels.Length), own);
        }

        TensorPrimitives.Add(channels, own, channels);
    }

    private void EndStatistics(NormPool block, string norm) => block.EndStatistics(
        Value($"{norm}.weight"), Value($"{norm}.bias"), Gradient($"{norm}.running_mean"), Gradient($"{norm}.running_var"));

    private void UseStatistics(NormPool block, string norm) => block.UseStatistics(
        Value($"{norm}.weight"), Value($"{norm}.bias"), Value($"{norm}.running_mean"), Value($"{norm}.running_var"));

    private void EndGradients(NormPool block, string norm) => block.EndGradients(Gradient($"{norm}.weight"), Gradient($"{norm}.bias"));

    /// <summary>Planes with the channels side by side, as libtorch names them: n x channels x rows x columns, in channels-last order.</summary>
    private Tensor AsChannels(RowBuffer planes, int channels)
    {
        using var pixels = planes.First(_samples).view(_samples, Rows1, Rows1, channels);
        using var permuted = pixels.permute(0, 3, 1, 2);
        return permuted.detach();
    }

    /// <summary>The reverse of <see cref="AsChannels"/>.</summary>
    /// <exception cref="InvalidOperationException">libtorch has chosen another order.</exception>
    private static ReadOnlySpan<float> FloatsOf(Tensor planes)
    {
        using var pixels = planes.permute(0, 2, 3, 1);
        return FlatVector.Floats(pixels);
    }

    private void DropGraph()
    {
        _planes2?.Dispose();
        _input2?.Dispose();
        (_planes2, _input2) = (null, null);
    }

    private ReadOnlySpan<float> Value(string name) => _binding.ValueOf(_binding.Layout[name]);

    private Span<float> Gradient(string name) => _binding.GradientOf(_binding.Layout[name]);

    private Tensor View(string name) => _binding.Parameters.View(_binding.Layout[name]);

    private T Own<T>(T resource)
        where T : IDisposable
    {
        _owned.Add(resource is Tensor tensor ? (T)(IDisposable)tensor.DetachFromDisposeScope() : resource);
        return resource;
    }
}

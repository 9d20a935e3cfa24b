using System.Numerics.Tensors;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Randomness;
using Mnist.Distributed.Training.State;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;
using Tensor = TorchSharp.torch.Tensor;

namespace Mnist.Distributed.Training.Models;

/// <summary>
/// conv 1->32, batch norm, ReLU, max-pool; conv 32->64, batch norm, ReLU, max-pool; linear 3136->128, ReLU, dropout, linear 128->10.
/// Convolutions are 3 x 3 with padding 1.
/// </summary>
public sealed class CnnNetwork : Network
{
    private const double Epsilon = 1e-5;
    private const int Channels1 = 32;
    private const int Channels2 = 64;
    private const int Hidden = 128;
    private static readonly long[] One = [1, 1];
    private static readonly long[] Two = [2, 2];
    private static readonly long[] None = [0, 0];

    private readonly float _dropout;
    private readonly RowBuffer _mask;
    private readonly Convolution _block1;
    private readonly Convolution _block2;
    private readonly Tensor _weight1;
    private readonly Tensor _bias1;
    private readonly Tensor _weight2;
    private readonly Tensor _bias2;

    private CnnNetwork(NetworkBinding binding, float dropout) : base(binding)
    {
        _dropout = dropout;
        _mask = Keep(new RowBuffer(binding.MaxBatch, Hidden));
        _block1 = new Convolution(this, "conv1", "batch_norm1", Channels1, binding.Gradient is not null);
        _block2 = new Convolution(this, "conv2", "batch_norm2", Channels2, binding.Gradient is not null);
        _weight1 = Parameter("fc1.weight");
        _bias1 = Parameter("fc1.bias");
        _weight2 = Parameter("fc2.weight");
        _bias2 = Parameter("fc2.bias");
    }

    /// <summary>The model that zeroes hidden activations with probability <paramref name="dropout"/> while training.</summary>
    public static Model Model(string name, float dropout)
    {
        const int flat = Channels2 * (ImageSet.Rows / 4) * (ImageSet.Columns / 4);
        var layout = new ParameterLayout.Builder()
            .Layer("conv1", [Channels1, 1, 3, 3], 9)
            .BatchNorm("batch_norm1", Channels1)
            .Layer("conv2", [Channels2, Channels1, 3, 3], Channels1 * 9)
            .BatchNorm("batch_norm2", Channels2)
            .Layer("fc1", [Hidden, flat], flat)
            .Layer("fc2", [ImageSet.Classes, Hidden], Hidden)
            .Build();
        return new Model(name, layout, binding => new CnnNetwork(binding, dropout));
    }

    /// <inheritdoc />
    public override Tensor ForwardTraining(Tensor images, ForwardKey key)
    {
        var samples = (int)images.shape[0];
        var features = _block2.Train(_block1.Train(AsPlanes(images), samples), samples);
        var hidden = relu(linear(features.flatten(1), _weight1, _bias1));
        if (_dropout > 0)
        {
            hidden = hidden.mul(DropoutMask(samples, key));
        }

        return linear(hidden, _weight2, _bias2);
    }

    /// <inheritdoc />
    public override Tensor ForwardEvaluation(Tensor images)
    {
        var features = _block2.Evaluate(_block1.Evaluate(AsPlanes(images)));
        return linear(relu(linear(features.flatten(1), _weight1, _bias1)), _weight2, _bias2);
    }

    private static Tensor AsPlanes(Tensor images) => images.view(-1, 1, ImageSet.Rows, ImageSet.Columns);

    private Tensor DropoutMask(int samples, ForwardKey key)
    {
        var random = new KeyedRandom(key.Seed, RandomPurpose.Dropout, key.Step, key.Worker);
        var keep = 1 / (1 - _dropout);
        foreach (ref var value in _mask.Span[..(samples * Hidden)])
        {
            value = random.NextSingle() < _dropout ? 0 : keep;
        }

        return _mask.First(samples);
    }

    /// <summary>Convolution, batch normalisation, ReLU and max-pooling.</summary>
    private sealed class Convolution
    {
        private readonly CnnNetwork _network;
        private readonly string _norm;
        private readonly Tensor _weight;
        private readonly Tensor _bias;
        private readonly Tensor _scale;
        private readonly Tensor _shift;
        private readonly Tensor _mean;
        private readonly Tensor _variance;

        public Convolution(CnnNetwork network, string conv, string norm, int channels, bool training)
        {
            _network = network;
            _norm = norm;
            _weight = network.Parameter($"{conv}.weight");
            _bias = network.Parameter($"{conv}.bias");
            _scale = network.Parameter($"{norm}.weight");
            _shift = network.Parameter($"{norm}.bias");

            // While training, libtorch's "running" statistics with momentum 1 are exactly this batch's: it writes them here.
            _mean = training ? network.Keep(zeros(channels)) : network.Statistic($"{norm}.running_mean");
            _variance = training ? network.Keep(zeros(channels)) : network.Statistic($"{norm}.running_var");
        }

        public Tensor Train(Tensor input, int samples)
        {
            var output = Forward(input, training: true, momentum: 1);
            Report("running_mean", _mean, samples);
            Report("running_var", _variance, samples);
            return output;
        }

        public Tensor Evaluate(Tensor input) => Forward(input, training: false, momentum: 0);

        private Tensor Forward(Tensor input, bool training, double momentum)
        {
            var sums = conv2d(input, _weight, _bias, One, One, One, 1);
            var normalised = batch_norm(sums, _mean, _variance, _scale, _shift, training, momentum, Epsilon);
            return max_pool2d(relu(normalised), Two, Two, None, One, false);
        }

        private void Report(string statistic, Tensor batch, int samples) =>
            TensorPrimitives.Multiply(FlatVector.Floats(batch), samples, _network.BatchStatistic($"{_norm}.{statistic}"));
    }
}

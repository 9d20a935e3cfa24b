using System.Runtime.Intrinsics;

namespace Mnist.Distributed.Training.Models.Fast;

/// <summary>
/// Batch normalisation, ReLU and 2 x 2 max-pooling in one pass over planes, with the channels of a
/// pixel side by side. A pass computes intermediate values again from the planes, instead of
/// keeping them, because reading memory takes more time than the arithmetic.
/// </summary>
/// <param name="channels">Number of channels, a multiple of 16.</param>
/// <param name="size">Number of rows, and of columns, of a plane; even.</param>
internal sealed unsafe class NormPool(int channels, int size)
{
    private const double Epsilon = 1e-5;
    private const int Lanes = 16;

    private readonly int[] _corners =
    [
        .. Enumerable.Range(0, size * size / 4).Select(window => ((window / (size / 2) * 2 * size) + (window % (size / 2) * 2)) * channels),
    ];

    private readonly double[] _sums = new double[channels];
    private readonly double[] _squares = new double[channels];
    private readonly float[] _mean = new float[channels];
    private readonly float[] _deviation = new float[channels];
    private readonly float[] _scale = new float[channels];
    private readonly float[] _shift = new float[channels];
    private readonly float[] _biasGradient = new float[channels];
    private readonly float[] _weightGradient = new float[channels];
    private readonly float[] _slope = new float[channels];
    private readonly float[] _offset = new float[channels];
    private int _images;

    /// <summary>Number of floats in one image's planes: rows x columns x channels.</summary>
    public int Input => size * size * channels;

    /// <summary>Number of floats in one image's pooled planes.</summary>
    public int Output => Input / 4;

    /// <summary>Starts to collect the statistics of a batch.</summary>
    public void BeginStatistics()
    {
        _images = 0;
        _sums.AsSpan().Clear();
        _squares.AsSpan().Clear();
    }

    /// <summary>
    /// Adds one image to the statistics: the sum of its values, and the sum of the squares around
    /// its own mean. Squares around the mean avoid the cancellation of large numbers.
    /// </summary>
    public void AddStatistics(ReadOnlySpan<float> planes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(planes.Length, Input);
        var pixels = size * size;
        Span<float> own = stackalloc float[2 * Lanes];
        fixed (float* from = planes)
        {
            for (var c = 0; c < channels; c += Lanes)
            {
                var sum = Vector512<float>.Zero;
                for (var pixel = 0; pixel < pixels; pixel++)
                {
                    sum += Vector512.Load(from + (pixel * channels) + c);
                }

                var mean = sum / pixels;
                var squares = Vector512<float>.Zero;
                for (var pixel = 0; pixel < pixels; pixel++)
                {
                    var difference = Vector512.Load(from + (pixel * channels) + c) - mean;
                    squares = Vector512.MultiplyAddEstimate(difference, difference, squares);
                }

                sum.CopyTo(own);
                squares.CopyTo(own[Lanes..]);
                for (var lane = 0; lane < Lanes; lane++)
                {
                    Combine(c + lane, own[lane], own[Lanes + lane]);
                }
            }
        }

        _images++;
    }

    /// <summary>
    /// Ends the collection; from now on normalises with the statistics collected.
    /// </summary>
    /// <param name="weight">Factor for each channel.</param>
    /// <param name="bias">Summand for each channel.</param>
    /// <param name="mean">Receives the mean of each channel times the number of images.</param>
    /// <param name="variance">
    /// Receives the unbiased variance of each channel times the number of images.
    /// </param>
    public void EndStatistics(ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> mean, Span<float> variance)
    {
        var count = (double)_images * size * size;
        for (var c = 0; c < channels; c++)
        {
            var average = _sums[c] / count;
            _mean[c] = (float)average;
            _deviation[c] = (float)(1 / Math.Sqrt((_squares[c] / count) + Epsilon));
            _scale[c] = weight[c] * _deviation[c];
            _shift[c] = bias[c] - (_mean[c] * _scale[c]);
            mean[c] = (float)(average * _images);
            variance[c] = (float)(_squares[c] / (count - 1) * _images);
        }
    }

    /// <summary>From now on normalises with the given mean and variance of each channel.</summary>
    public void UseStatistics(ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, ReadOnlySpan<float> mean, ReadOnlySpan<float> variance)
    {
        for (var c = 0; c < channels; c++)
        {
            _scale[c] = (float)(weight[c] / Math.Sqrt(variance[c] + Epsilon));
            _shift[c] = bias[c] - (mean[c] * _scale[c]);
        }
    }

    /// <summary>Normalises one image, applies the ReLU and pools.</summary>
    public void Forward(ReadOnlySpan<float> planes, Span<float> pooled)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(planes.Length, Input);
        ArgumentOutOfRangeException.ThrowIfNotEqual(pooled.Length, Output);
        fixed (float* from = planes, to = pooled, scales = _scale, shifts = _shift)
        {
            for (var c = 0; c < channels; c += Lanes)
            {
                var (scale, shift) = (Vector512.Load(scales + c), Vector512.Load(shifts + c));
                for (var window = 0; window < Output / channels; window++)
                {
                    var corner = from + c + CornerOf(window);
                    var first = Normalise(corner, scale, shift);
                    var largest = first;
                    for (var part = 1; part < 4; part++)
                    {
                        var value = Normalise(corner + OffsetOf(part), scale, shift);
                        largest = Vector512.ConditionalSelect(Vector512.GreaterThan(value, largest), value, largest);
                    }

                    Vector512.Max(largest, Vector512<float>.Zero).Store(to + (window * channels) + c);
                }
            }
        }
    }

    /// <summary>Starts a backward pass over a batch.</summary>
    public void BeginGradients()
    {
        _biasGradient.AsSpan().Clear();
        _weightGradient.AsSpan().Clear();
    }

    /// <summary>Adds the part of one image to the gradients of weight and bias.</summary>
    public void AddGradients(ReadOnlySpan<float> planes, ReadOnlySpan<float> pooledGradient)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(planes.Length, Input);
        ArgumentOutOfRangeException.ThrowIfNotEqual(pooledGradient.Length, Output);
        fixed (float* from = planes, by = pooledGradient, scales = _scale, shifts = _shift, means = _mean, deviations = _deviation)
        fixed (float* biases = _biasGradient, weights = _weightGradient)
        {
            for (var c = 0; c < channels; c += Lanes)
            {
                var (scale, shift) = (Vector512.Load(scales + c), Vector512.Load(shifts + c));
                var (mean, deviation) = (Vector512.Load(means + c), Vector512.Load(deviations + c));
                var (bias, weight) = (Vector512<float>.Zero, Vector512<float>.Zero);
                for (var window = 0; window < Output / channels; window++)
                {
                    var corner = from + c + CornerOf(window);
                    var chosen = Vector512.Load(corner);
                    var largest = Normalise(corner, scale, shift);
                    for (var part = 1; part < 4; part++)
                    {
                        var value = Normalise(corner + OffsetOf(part), scale, shift);
                        var larger = Vector512.GreaterThan(value, largest);
                        largest = Vector512.ConditionalSelect(larger, value, largest);
                        chosen = Vector512.ConditionalSelect(larger, Vector512.Load(corner + OffsetOf(part)), chosen);
                    }

                    var gradient = Vector512.ConditionalSelect(
                        Vector512.GreaterThan(largest, Vector512<float>.Zero), Vector512.Load(by + (window * channels) + c), Vector512<float>.Zero);
                    bias += gradient;
                    weight = Vector512.MultiplyAddEstimate(gradient, (chosen - mean) * deviation, weight);
                }

                (Vector512.Load(biases + c) + bias).Store(biases + c);
                (Vector512.Load(weights + c) + weight).Store(weights + c);
            }
        }
    }

    /// <summary>Writes the gradients of weight and bias, summed over the images.</summary>
    public void EndGradients(Span<float> weightGradient, Span<float> biasGradient)
    {
        _weightGradient.CopyTo(weightGradient);
        _biasGradient.CopyTo(biasGradient);
        var count = (float)_images * size * size;
        for (var c = 0; c < channels; c++)
        {
            _slope[c] = -_scale[c] * _deviation[c] * (_weightGradient[c] / count);
            _offset[c] = -(_scale[c] * (_biasGradient[c] / count)) - (_mean[c] * _slope[c]);
        }
    }

    /// <summary>Computes the derivatives by one image's planes.</summary>
    /// <param name="planes">The planes.</param>
    /// <param name="pooledGradient">Derivatives by the pooled planes.</param>
    /// <param name="gradient">Receives the derivatives; may be the same memory as the
    /// planes.</param>
    public void Backward(ReadOnlySpan<float> planes, ReadOnlySpan<float> pooledGradient, Span<float> gradient)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(planes.Length, Input);
        ArgumentOutOfRangeException.ThrowIfNotEqual(pooledGradient.Length, Output);
        ArgumentOutOfRangeException.ThrowIfNotEqual(gradient.Length, Input);
        fixed (float* from = planes, by = pooledGradient, to = gradient, scales = _scale, shifts = _shift, slopes = _slope, offsets = _offset)
        {
            for (var c = 0; c < channels; c += Lanes)
            {
                var (scale, shift) = (Vector512.Load(scales + c), Vector512.Load(shifts + c));
                var (slope, offset) = (Vector512.Load(slopes + c), Vector512.Load(offsets + c));
                for (var window = 0; window < Output / channels; window++)
                {
                    var at = c + CornerOf(window);
                    var value0 = Vector512.Load(from + at);
                    var value1 = Vector512.Load(from + at + OffsetOf(1));
                    var value2 = Vector512.Load(from + at + OffsetOf(2));
                    var value3 = Vector512.Load(from + at + OffsetOf(3));

                    // The largest of the four values gets the gradient if it is positive. Of equal
                    // ones it is the first.
                    var largest = Vector512.MultiplyAddEstimate(value0, scale, shift);
                    var at1 = Larger(ref largest, Vector512.MultiplyAddEstimate(value1, scale, shift));
                    var at2 = Larger(ref largest, Vector512.MultiplyAddEstimate(value2, scale, shift));
                    var at3 = Larger(ref largest, Vector512.MultiplyAddEstimate(value3, scale, shift));
                    var passed = scale * Vector512.ConditionalSelect(
                        Vector512.GreaterThan(largest, Vector512<float>.Zero), Vector512.Load(by + (window * channels) + c), Vector512<float>.Zero);
                    at2 &= ~at3;
                    at1 &= ~(at2 | at3);
                    var at0 = ~(at1 | at2 | at3);

                    (Vector512.MultiplyAddEstimate(value0, slope, offset) + (passed & at0)).Store(to + at);
                    (Vector512.MultiplyAddEstimate(value1, slope, offset) + (passed & at1)).Store(to + at + OffsetOf(1));
                    (Vector512.MultiplyAddEstimate(value2, slope, offset) + (passed & at2)).Store(to + at + OffsetOf(2));
                    (Vector512.MultiplyAddEstimate(value3, slope, offset) + (passed & at3)).Store(to + at + OffsetOf(3));
                }
            }
        }
    }

    private static Vector512<float> Normalise(float* at, Vector512<float> scale, Vector512<float> shift) =>
        Vector512.MultiplyAddEstimate(Vector512.Load(at), scale, shift);

    private static Vector512<float> Larger(ref Vector512<float> largest, Vector512<float> value)
    {
        var larger = Vector512.GreaterThan(value, largest);
        largest = Vector512.ConditionalSelect(larger, value, largest);
        return larger;
    }

    /// <summary>Adds another set of values to mean and squares (Chan, Golub and LeVeque).</summary>
    private void Combine(int c, double sum, double squares)
    {
        var pixels = (double)size * size;
        var before = _images * pixels;
        var difference = _images == 0 ? 0 : (sum / pixels) - (_sums[c] / before);
        _squares[c] += squares + (difference * difference * before * pixels / (before + pixels));
        _sums[c] += sum;
    }

    private int CornerOf(int window) => _corners[window];

    private int OffsetOf(int part) => (((part >> 1) * size) + (part & 1)) * channels;
}

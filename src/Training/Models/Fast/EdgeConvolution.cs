using System.Runtime.Intrinsics;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Training.Models.Fast;

/// <summary>
/// The first convolution of the CNN: 1 -> 32 channels, 3 x 3 with padding 1, with the channels of a
/// pixel side by side. With one input channel a general convolution has no advantage, and
/// libtorch's would not leave the result in the order that the following layers need. The
/// convolution processes one image at a time, so that the image stays in the core's cache.
/// </summary>
internal sealed unsafe class EdgeConvolution
{
    /// <summary>Output channels.</summary>
    public const int Channels = 32;

    /// <summary>Number of floats in the output for one image.</summary>
    public const int Output = Rows * Columns * Channels;

    /// <summary>Number of rows of an image.</summary>
    public const int Rows = 28;

    private const int Columns = 28;
    private const int Taps = 9;
    private const int Lanes = 16;
    private const int Stride = Columns + 2;
    private const int Padded = Stride * (Rows + 2);

    private readonly float[] _inputs;
    private readonly float[] _planes;
    private readonly float[] _taps = new float[Taps * Channels];
    private readonly float[] _tapGradients = new float[Taps * Channels];

    /// <summary>
    /// Makes a convolution for up to <paramref name="maxBatch"/> images at a time.
    /// </summary>
    public EdgeConvolution(int maxBatch, Normalisation normalisation) =>
        (_planes, _inputs) = (new float[maxBatch * Padded], normalisation.Table());

    /// <summary>Shape of an image.</summary>
    public static SampleShape Input { get; } = new(1, Rows, Columns);

    /// <summary>Copies the images of a batch and the weights, 32 x 1 x 3 x 3.</summary>
    public void Begin(Batch batch, ReadOnlySpan<float> weight)
    {
        for (var sample = 0; sample < batch.Count; sample++)
        {
            var image = batch.Image(sample);
            var plane = _planes.AsSpan(sample * Padded, Padded);
            for (var row = 0; row < Rows; row++)
            {
                var pixels = image.Slice(row * Columns, Columns);
                var inputs = plane.Slice(((row + 1) * Stride) + 1, Columns);
                for (var column = 0; column < pixels.Length && column < inputs.Length; column++)
                {
                    inputs[column] = _inputs[pixels[column]];
                }
            }
        }

        new StorageOrder(Channels, Taps).Store(weight, _taps);
        _tapGradients.AsSpan().Clear();
    }

    /// <summary>Computes the output for one image, 28 x 28 x 32.</summary>
    public void Forward(int sample, ReadOnlySpan<float> bias, Span<float> output)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bias.Length, Channels);
        ArgumentOutOfRangeException.ThrowIfNotEqual(output.Length, Output);
        fixed (float* plane = &_planes[sample * Padded], taps = _taps, start = bias, target = output)
        {
            for (var row = 0; row < Rows; row++)
            {
                for (var column = 0; column < Columns; column++)
                {
                    var corner = plane + (row * Stride) + column;
                    var left = Vector512.Load(start);
                    var right = Vector512.Load(start + Lanes);
                    for (var tap = 0; tap < Taps; tap++)
                    {
                        var input = Vector512.Create(corner[(tap / 3 * Stride) + (tap % 3)]);
                        left = Vector512.MultiplyAddEstimate(input, Vector512.Load(taps + (tap * Channels)), left);
                        right = Vector512.MultiplyAddEstimate(input, Vector512.Load(taps + (tap * Channels) + Lanes), right);
                    }

                    var pixel = target + (((row * Columns) + column) * Channels);
                    left.Store(pixel);
                    right.Store(pixel + Lanes);
                }
            }
        }
    }

    /// <summary>Adds the part of one image to the gradient of the weights.</summary>
    /// <param name="sample">0-based position of the image in the batch.</param>
    /// <param name="outputGradient">Derivatives by the image's output, 28 x 28 x 32.</param>
    public void Backward(int sample, ReadOnlySpan<float> outputGradient)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(outputGradient.Length, Output);
        fixed (float* plane = &_planes[sample * Padded], totals = _tapGradients, gradient = outputGradient)
        {
            // Three taps of a row at a time, so that all their sums stay in registers over the
            // whole image.
            for (var tapRow = 0; tapRow < 3; tapRow++)
            {
                var sums = totals + (tapRow * 3 * Channels);
                var (left0, left1, left2) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
                var (right0, right1, right2) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
                for (var row = 0; row < Rows; row++)
                {
                    var input = plane + ((row + tapRow) * Stride);
                    var pixel = gradient + (row * Columns * Channels);
                    for (var column = 0; column < Columns; column++, input++, pixel += Channels)
                    {
                        var (left, right) = (Vector512.Load(pixel), Vector512.Load(pixel + Lanes));
                        var (input0, input1, input2) = (Vector512.Create(input[0]), Vector512.Create(input[1]), Vector512.Create(input[2]));
                        left0 = Vector512.MultiplyAddEstimate(input0, left, left0);
                        left1 = Vector512.MultiplyAddEstimate(input1, left, left1);
                        left2 = Vector512.MultiplyAddEstimate(input2, left, left2);
                        right0 = Vector512.MultiplyAddEstimate(input0, right, right0);
                        right1 = Vector512.MultiplyAddEstimate(input1, right, right1);
                        right2 = Vector512.MultiplyAddEstimate(input2, right, right2);
                    }
                }

                AddTo(sums, left0);
                AddTo(sums + Lanes, right0);
                AddTo(sums + Channels, left1);
                AddTo(sums + Channels + Lanes, right1);
                AddTo(sums + (2 * Channels), left2);
                AddTo(sums + (2 * Channels) + Lanes, right2);
            }
        }
    }

    /// <summary>
    /// Writes the gradient of the weights, 32 x 1 x 3 x 3, summed over the images given to
    /// <see cref="Backward"/>.
    /// </summary>
    public void End(Span<float> weightGradient) => new StorageOrder(Channels, Taps).Load(_tapGradients, weightGradient);

    private static void AddTo(float* total, Vector512<float> sum) => (Vector512.Load(total) + sum).Store(total);
}

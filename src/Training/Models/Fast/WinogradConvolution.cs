using System.Runtime.Intrinsics;
using Mnist.Distributed.Training.Vectors;
using static Mnist.Distributed.Training.Models.Fast.WinogradTransform;

namespace Mnist.Distributed.Training.Models.Fast;

/// <summary>
/// A 3 x 3 convolution with padding 1, with the channels of a pixel side by side, by Winograd's
/// minimal filtering F(2 x 2, 3 x 3) (Lavin and Gray 2016, https://arxiv.org/abs/1509.09308). It
/// turns 4 x 4 inputs into 16 points, and the filter too, multiplies point by point, and turns the
/// products into 2 x 2 outputs. This takes 16 multiplications instead of 36. The backward pass uses
/// the transpose of each step. One image is processed at a time, so that its points stay in the
/// core's cache.
/// </summary>
internal sealed unsafe class WinogradConvolution
{
    private const int Side = 4;
    private const int Points = Side * Side;
    private const int Taps = 3;
    private const int Lanes = VectorGrid.Lanes;

    private readonly int _inputs;
    private readonly int _outputs;
    private readonly int _size;
    private readonly int _tiles;
    private readonly int _filter;
    private readonly FlatVector _padded;
    private readonly FlatVector _paddedGradient;
    private readonly FlatVector _inputPoints;
    private readonly FlatVector _outputPoints;
    private readonly FlatVector _filters;
    private readonly FlatVector _transposedFilters;
    private readonly FlatVector _filterGradients;

    /// <summary>Makes a convolution of planes of one size.</summary>
    /// <param name="inputs">Input channels, a multiple of
    /// <see cref="SmallProduct.Columns"/>.</param>
    /// <param name="outputs">Output channels, a multiple of the same number.</param>
    /// <param name="size">Number of rows, and of columns, of a plane; even.</param>
    public WinogradConvolution(int inputs, int outputs, int size)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(inputs % SmallProduct.Columns, 0, nameof(inputs));
        ArgumentOutOfRangeException.ThrowIfNotEqual(outputs % SmallProduct.Columns, 0, nameof(outputs));
        ArgumentOutOfRangeException.ThrowIfNotEqual(size % 2, 0, nameof(size));
        (_inputs, _outputs, _size) = (inputs, outputs, size);
        _tiles = size * size / 4;
        _filter = inputs * outputs;
        _padded = new FlatVector((size + 2) * (size + 2) * inputs);
        _paddedGradient = new FlatVector(_padded.Length);
        _inputPoints = new FlatVector(Points * _tiles * inputs);
        _outputPoints = new FlatVector(Points * _tiles * outputs);
        _filters = new FlatVector(Points * _filter);
        _transposedFilters = new FlatVector(Points * _filter);
        _filterGradients = new FlatVector(Points * _filter);
    }

    /// <summary>Number of floats in the input for one image.</summary>
    public int Input => _size * _size * _inputs;

    /// <summary>Number of floats in the output for one image.</summary>
    public int Output => _size * _size * _outputs;

    private int PaddedStride => (_size + 2) * _inputs;

    private int OutputStride => _size * _outputs;

    private int Weights => Taps * Taps * _filter;

    /// <summary>The order of the weights: the output channels of a tap lie side by side.</summary>
    public static StorageOrder OrderOf(int inputs, int outputs) => new(outputs, inputs * Taps * Taps);

    /// <summary>
    /// Reads the weights, outputs x inputs x 3 x 3 in the order of <see cref="OrderOf"/>.
    /// </summary>
    public void Begin(ReadOnlySpan<float> weight)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(weight.Length, Weights);
        fixed (float* taps = weight, filters = _filters.Span)
        {
            for (var lane = 0; lane < _filter; lane += Lanes)
            {
                var from = new VectorGrid(taps + FirstTap(lane), Taps * _outputs, _outputs);
                var (a0, a1, a2, a3) = Filter(from.Three(0));
                var (b0, b1, b2, b3) = Filter(from.Three(1));
                var (c0, c1, c2, c3) = Filter(from.Three(2));
                var to = new VectorGrid(filters + lane, Side * _filter, _filter);
                to.Store(0, Filter((a0, b0, c0)));
                to.Store(1, Filter((a1, b1, c1)));
                to.Store(2, Filter((a2, b2, c2)));
                to.Store(3, Filter((a3, b3, c3)));
            }
        }
    }

    /// <summary>Computes the output for one image.</summary>
    /// <param name="planes">The input, rows x columns x input channels.</param>
    /// <param name="bias">Summand for each output channel.</param>
    /// <param name="output">Receives the output, rows x columns x output channels.</param>
    public void Forward(ReadOnlySpan<float> planes, ReadOnlySpan<float> bias, Span<float> output)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(planes.Length, Input);
        ArgumentOutOfRangeException.ThrowIfNotEqual(bias.Length, _outputs);
        ArgumentOutOfRangeException.ThrowIfNotEqual(output.Length, Output);
        TransformInputs(planes);
        _outputPoints.Span.Clear();
        fixed (float* inputPoints = _inputPoints.Span, filters = _filters.Span, outputPoints = _outputPoints.Span)
        {
            for (var point = 0; point < Points; point++)
            {
                var inputs = new SmallProduct.Factor(inputPoints + (point * _tiles * _inputs), _inputs, 1);
                SmallProduct.Add(inputs, filters + (point * _filter), outputPoints + (point * _tiles * _outputs), _tiles, _inputs, _outputs);
            }
        }

        TransformOutputs(bias, output);
    }

    /// <summary>Starts a backward pass over a batch.</summary>
    public void BeginGradients()
    {
        new StorageOrder(_inputs, _outputs).Store(_filters.Span, _transposedFilters.Span);
        _filterGradients.Span.Clear();
    }

    /// <summary>
    /// Adds an image to the weights' gradient; computes derivatives by its input.
    /// </summary>
    /// <param name="planes">The input.</param>
    /// <param name="outputGradient">Derivatives by the output.</param>
    /// <param name="inputGradient">Receives the derivatives by the input.</param>
    public void Backward(ReadOnlySpan<float> planes, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(planes.Length, Input);
        ArgumentOutOfRangeException.ThrowIfNotEqual(outputGradient.Length, Output);
        ArgumentOutOfRangeException.ThrowIfNotEqual(inputGradient.Length, Input);
        TransformInputs(planes);
        TransformOutputsBack(outputGradient);
        fixed (float* inputPoints = _inputPoints.Span, outputPoints = _outputPoints.Span, filters = _transposedFilters.Span, gradients = _filterGradients.Span)
        {
            for (var point = 0; point < Points; point++)
            {
                var inputs = inputPoints + (point * _tiles * _inputs);
                var outputs = outputPoints + (point * _tiles * _outputs);
                var filter = point * _filter;
                SmallProduct.Add(new SmallProduct.Factor(inputs, 1, _inputs), outputs, gradients + filter, _inputs, _tiles, _outputs);

                // The points of the input are not needed again: their derivatives replace them.
                new Span<float>(inputs, _tiles * _inputs).Clear();
                SmallProduct.Add(new SmallProduct.Factor(outputs, _outputs, 1), filters + filter, inputs, _tiles, _outputs, _inputs);
            }
        }

        TransformInputsBack(inputGradient);
    }

    /// <summary>
    /// Writes the gradient of the weights, summed over the images of the pass, in the order of
    /// <see cref="OrderOf"/>.
    /// </summary>
    public void End(Span<float> weightGradient)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(weightGradient.Length, Weights);
        fixed (float* gradients = _filterGradients.Span, taps = weightGradient)
        {
            for (var lane = 0; lane < _filter; lane += Lanes)
            {
                var from = new VectorGrid(gradients + lane, Side * _filter, _filter);
                var (a0, a1, a2) = FilterTransposed(from.Four(0));
                var (b0, b1, b2) = FilterTransposed(from.Four(1));
                var (c0, c1, c2) = FilterTransposed(from.Four(2));
                var (d0, d1, d2) = FilterTransposed(from.Four(3));
                var to = new VectorGrid(taps + FirstTap(lane), Taps * _outputs, _outputs);
                to.Store(0, FilterTransposed((a0, b0, c0, d0)));
                to.Store(1, FilterTransposed((a1, b1, c1, d1)));
                to.Store(2, FilterTransposed((a2, b2, c2, d2)));
            }
        }
    }

    /// <summary>The first tap of a lane; weights are stored as inputs x taps x outputs.</summary>
    private int FirstTap(int lane) => (lane / _outputs * Taps * Taps * _outputs) + (lane % _outputs);

    /// <summary>The first float of a tile; tiles of 2 x 2 pixels cover a plane by rows.</summary>
    private int CornerOf(int tile, int stride, int channels) => (tile / (_size / 2) * 2 * stride) + (tile % (_size / 2) * 2 * channels);

    private void TransformInputs(ReadOnlySpan<float> planes)
    {
        var row = _size * _inputs;
        for (var y = 0; y < _size; y++)
        {
            planes.Slice(y * row, row).CopyTo(Inside(_padded, y));
        }

        fixed (float* padded = _padded.Span, points = _inputPoints.Span)
        {
            for (var tile = 0; tile < _tiles; tile++)
            {
                for (var lane = 0; lane < _inputs; lane += Lanes)
                {
                    var from = InputTile(padded, tile, lane);
                    var (a0, a1, a2, a3) = Inputs(from.Four(0));
                    var (b0, b1, b2, b3) = Inputs(from.Four(1));
                    var (c0, c1, c2, c3) = Inputs(from.Four(2));
                    var (d0, d1, d2, d3) = Inputs(from.Four(3));
                    var to = PointsOf(points, tile, lane, _inputs);
                    to.Store(0, Inputs((a0, b0, c0, d0)));
                    to.Store(1, Inputs((a1, b1, c1, d1)));
                    to.Store(2, Inputs((a2, b2, c2, d2)));
                    to.Store(3, Inputs((a3, b3, c3, d3)));
                }
            }
        }
    }

    private void TransformInputsBack(Span<float> inputGradient)
    {
        _paddedGradient.Span.Clear();
        fixed (float* padded = _paddedGradient.Span, points = _inputPoints.Span)
        {
            for (var tile = 0; tile < _tiles; tile++)
            {
                for (var lane = 0; lane < _inputs; lane += Lanes)
                {
                    var from = PointsOf(points, tile, lane, _inputs);
                    var (a0, a1, a2, a3) = InputsTransposed(from.Four(0));
                    var (b0, b1, b2, b3) = InputsTransposed(from.Four(1));
                    var (c0, c1, c2, c3) = InputsTransposed(from.Four(2));
                    var (d0, d1, d2, d3) = InputsTransposed(from.Four(3));
                    var to = InputTile(padded, tile, lane);
                    to.Add(0, InputsTransposed((a0, b0, c0, d0)));
                    to.Add(1, InputsTransposed((a1, b1, c1, d1)));
                    to.Add(2, InputsTransposed((a2, b2, c2, d2)));
                    to.Add(3, InputsTransposed((a3, b3, c3, d3)));
                }
            }
        }

        var row = _size * _inputs;
        for (var y = 0; y < _size; y++)
        {
            Inside(_paddedGradient, y).CopyTo(inputGradient[(y * row)..]);
        }
    }

    private void TransformOutputs(ReadOnlySpan<float> bias, Span<float> output)
    {
        fixed (float* points = _outputPoints.Span, planes = output, start = bias)
        {
            for (var tile = 0; tile < _tiles; tile++)
            {
                for (var lane = 0; lane < _outputs; lane += Lanes)
                {
                    var from = PointsOf(points, tile, lane, _outputs);
                    var (a0, a1) = Outputs(from.Four(0));
                    var (b0, b1) = Outputs(from.Four(1));
                    var (c0, c1) = Outputs(from.Four(2));
                    var (d0, d1) = Outputs(from.Four(3));
                    var to = OutputTile(planes, tile, lane);
                    var added = Vector512.Load(start + lane);
                    var (left, right) = Outputs((a0, b0, c0, d0));
                    to.Store(0, (left + added, right + added));
                    (left, right) = Outputs((a1, b1, c1, d1));
                    to.Store(1, (left + added, right + added));
                }
            }
        }
    }

    private void TransformOutputsBack(ReadOnlySpan<float> outputGradient)
    {
        fixed (float* points = _outputPoints.Span, planes = outputGradient)
        {
            for (var tile = 0; tile < _tiles; tile++)
            {
                for (var lane = 0; lane < _outputs; lane += Lanes)
                {
                    var from = OutputTile(planes, tile, lane);
                    var (a0, a1, a2, a3) = OutputsTransposed(from.Two(0));
                    var (b0, b1, b2, b3) = OutputsTransposed(from.Two(1));
                    var to = PointsOf(points, tile, lane, _outputs);
                    to.Store(0, OutputsTransposed((a0, b0)));
                    to.Store(1, OutputsTransposed((a1, b1)));
                    to.Store(2, OutputsTransposed((a2, b2)));
                    to.Store(3, OutputsTransposed((a3, b3)));
                }
            }
        }
    }

    private Span<float> Inside(FlatVector padded, int row) => padded.Span.Slice(((row + 1) * PaddedStride) + _inputs, _size * _inputs);

    private VectorGrid InputTile(float* padded, int tile, int lane) => new(padded + CornerOf(tile, PaddedStride, _inputs) + lane, PaddedStride, _inputs);

    private VectorGrid OutputTile(float* planes, int tile, int lane) => new(planes + CornerOf(tile, OutputStride, _outputs) + lane, OutputStride, _outputs);

    private VectorGrid PointsOf(float* points, int tile, int lane, int channels) =>
        new(points + (tile * channels) + lane, Side * _tiles * channels, _tiles * channels);
}

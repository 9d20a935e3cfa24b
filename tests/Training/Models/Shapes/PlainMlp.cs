using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Tests.Training.Models.Shapes;

/// <summary>
/// The MLP with cross-entropy in double precision and in plain loops over PyTorch's tensors, for
/// images of any shape: what loss and gradient of a batch must be.
/// </summary>
internal sealed class PlainMlp
{
    private readonly bool _trailingRelu;
    private readonly double[] _weight1;
    private readonly double[] _bias1;
    private readonly double[] _weight3;
    private readonly double[] _bias3;

    public PlainMlp(Func<string, float[]> tensor, bool trailingRelu)
    {
        _trailingRelu = trailingRelu;
        (_weight1, _bias1) = (Widened("layer_stack.1.weight"), Widened("layer_stack.1.bias"));
        (_weight3, _bias3) = (Widened("layer_stack.3.weight"), Widened("layer_stack.3.bias"));
        Gradients = new()
        {
            ["layer_stack.1.weight"] = new double[_weight1.Length],
            ["layer_stack.1.bias"] = new double[_bias1.Length],
            ["layer_stack.3.weight"] = new double[_weight3.Length],
            ["layer_stack.3.bias"] = new double[_bias3.Length],
        };

        double[] Widened(string name) => [.. tensor(name).Select(value => (double)value)];
    }

    /// <summary>Sums over the samples so far, by the tensor's name.</summary>
    public Dictionary<string, double[]> Gradients { get; }

    /// <summary>Sum of the losses so far.</summary>
    public double Loss { get; private set; }

    /// <summary>
    /// The smallest distance of a sum from the kink of a ReLU. Nearer than single precision can
    /// tell, both slopes are right.
    /// </summary>
    public double NearestKink { get; private set; } = double.MaxValue;

    /// <summary>Adds one sample.</summary>
    public void Add(ReadOnlySpan<byte> image, int label, Normalisation normalisation)
    {
        var inputs = new double[image.Length];
        for (var pixel = 0; pixel < inputs.Length; pixel++)
        {
            inputs[pixel] = ((image[pixel] / (double)normalisation.Scale) - normalisation.Mean) / normalisation.Deviation;
        }

        var hidden = Rectified(Layer(_weight1, _bias1, inputs), isRectified: true);
        var outputs = Rectified(Layer(_weight3, _bias3, hidden), _trailingRelu);
        var largest = outputs.Max();
        var powers = outputs.Select(output => Math.Exp(output - largest)).ToArray();
        var sum = powers.Sum();
        Loss -= Math.Log(powers[label] / sum);

        var byOutputs = powers.Select((power, c) => _trailingRelu && outputs[c] == 0 ? 0 : (power / sum) - (c == label ? 1 : 0)).ToArray();
        var byHidden = new double[hidden.Length];
        for (var c = 0; c < byOutputs.Length; c++)
        {
            for (var unit = 0; unit < hidden.Length; unit++)
            {
                byHidden[unit] += hidden[unit] == 0 ? 0 : byOutputs[c] * _weight3[(c * hidden.Length) + unit];
            }
        }

        AddLayer("layer_stack.3", byOutputs, hidden);
        AddLayer("layer_stack.1", byHidden, inputs);
    }

    /// <summary>All samples of a split, the first <paramref name="count"/> of them.</summary>
    public void AddAll(ImageSet samples, int count, Normalisation normalisation)
    {
        for (var sample = 0; sample < count; sample++)
        {
            Add(samples.Image(sample), samples.Labels[sample], normalisation);
        }
    }

    private static double[] Layer(double[] weight, double[] bias, double[] inputs)
    {
        var sums = bias.ToArray();
        for (var output = 0; output < sums.Length; output++)
        {
            for (var input = 0; input < inputs.Length; input++)
            {
                sums[output] += weight[(output * inputs.Length) + input] * inputs[input];
            }
        }

        return sums;
    }

    private double[] Rectified(double[] sums, bool isRectified)
    {
        if (!isRectified)
        {
            return sums;
        }

        NearestKink = Math.Min(NearestKink, sums.Min(Math.Abs));
        return [.. sums.Select(sum => Math.Max(0, sum))];
    }

    private void AddLayer(string name, double[] byOutputs, double[] inputs)
    {
        var (weight, bias) = (Gradients[$"{name}.weight"], Gradients[$"{name}.bias"]);
        for (var output = 0; output < byOutputs.Length; output++)
        {
            bias[output] += byOutputs[output];
            for (var input = 0; input < inputs.Length; input++)
            {
                weight[(output * inputs.Length) + input] += byOutputs[output] * inputs[input];
            }
        }
    }
}

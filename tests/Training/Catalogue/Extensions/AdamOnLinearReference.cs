using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Tests.Training.Catalogue.Extensions;

/// <summary>
/// A linear layer with squared error under Adam, in double precision and in plain loops.
/// </summary>
internal sealed class AdamOnLinearReference(DataSet data, double learningRate)
{
    private readonly double[] _first = new double[(data.Shape.Sample.Pixels + 1) * data.Shape.Classes.Count];
    private readonly double[] _second = new double[(data.Shape.Sample.Pixels + 1) * data.Shape.Classes.Count];
    private readonly double[] _values = new double[(data.Shape.Sample.Pixels + 1) * data.Shape.Classes.Count];
    private int _step;

    private int Pixels => data.Shape.Sample.Pixels;

    private int Classes => data.Shape.Classes.Count;

    /// <summary>The weights, class after class.</summary>
    public double[] Weight => _values[..(Pixels * Classes)];

    /// <summary>The biases.</summary>
    public double[] Bias => _values[(Pixels * Classes)..];

    /// <summary>One step with the samples from <paramref name="first"/> on.</summary>
    /// <returns>The sum of the losses before the step.</returns>
    public double Step(int first, int count)
    {
        var gradient = new double[_values.Length];
        var loss = 0.0;
        for (var sample = first; sample < first + count; sample++)
        {
            var inputs = data.Train.Image(sample).ToArray().Select(pixel => (double)Recipe.Normalisation.Input(pixel)).ToArray();
            for (var c = 0; c < Classes; c++)
            {
                var output = _values[(Pixels * Classes) + c];
                for (var pixel = 0; pixel < Pixels; pixel++)
                {
                    output += _values[(c * Pixels) + pixel] * inputs[pixel];
                }

                var difference = output - (data.Train.Labels[sample] == c ? 1 : 0);
                loss += difference * difference / 2;
                gradient[(Pixels * Classes) + c] += difference / count;
                for (var pixel = 0; pixel < Pixels; pixel++)
                {
                    gradient[(c * Pixels) + pixel] += difference * inputs[pixel] / count;
                }
            }
        }

        _step++;
        for (var i = 0; i < _values.Length; i++)
        {
            _first[i] = (0.9 * _first[i]) + (0.1 * gradient[i]);
            _second[i] = (0.999 * _second[i]) + (0.001 * gradient[i] * gradient[i]);
            var (mean, square) = (_first[i] / (1 - Math.Pow(0.9, _step)), _second[i] / (1 - Math.Pow(0.999, _step)));
            _values[i] -= learningRate * mean / (Math.Sqrt(square) + Adam.Epsilon);
        }

        return loss;
    }
}

using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Arithmetic;
using Mnist.Distributed.Training.Objectives;
using Mnist.Distributed.Training.Tasks;

namespace Mnist.Distributed.Training.Losses;

/// <summary>
/// Distillation: the Kullback-Leibler divergence of the outputs' softmax from the teacher's, both
/// at a temperature, times the squared temperature. The factor keeps the size of the derivatives
/// (Hinton, Vinyals and Dean, 2015).
/// </summary>
/// <param name="temperature">The number by which all outputs are divided.</param>
internal sealed class DistillationLoss(double temperature) : ILoss<TaughtLabel>
{
    /// <summary>The number by which all outputs are divided.</summary>
    public static readonly Setting<double> Temperature = new(
        "temperature", "With --teacher: number by which the outputs of both models are divided.", 4, "a finite number above 0", value => double.IsFinite(value) && value > 0);

    /// <inheritdoc />
    public double Of(ReadOnlySpan<float> outputs, TaughtLabel target, Span<float> byOutputs)
    {
        var (student, teacher) = (new Softmax(outputs, temperature), new Softmax(target.Outputs, temperature));
        var sum = 0.0;
        for (var c = 0; c < outputs.Length; c++)
        {
            sum += teacher.Of(target.Outputs[c]) * (teacher.LogOf(target.Outputs[c]) - student.LogOf(outputs[c]));
        }

        for (var c = 0; c < byOutputs.Length; c++)
        {
            byOutputs[c] = (float)(temperature * (student.Of(outputs[c]) - teacher.Of(target.Outputs[c])));
        }

        return temperature * temperature * sum;
    }
}

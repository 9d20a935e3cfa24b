using System.Numerics.Tensors;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Training.State;

/// <summary>
/// The exponential moving average of a model's parameters: average = decay * average + (1 - decay)
/// * parameters after each step, beginning with the initial parameters. Running statistics are
/// copied, as PyTorch's <c>AveragedModel</c> copies buffers.
/// </summary>
/// <param name="decay">Share of the average that a step keeps, above 0 and below 1.</param>
/// <param name="layout">The model's layout.</param>
public sealed class MovingAverage(double decay, ParameterLayout layout)
{
    /// <summary>Average and running statistics, in the model's layout.</summary>
    public FlatVector Values { get; } = new(layout.Length);

    /// <summary>The averaged parameters.</summary>
    public Span<float> Parameters => Values.Span[..layout.ParameterLength];

    /// <summary>Begins with a state's parameters and running statistics.</summary>
    public void Begin(ReadOnlySpan<float> values) => values.CopyTo(Values.Span);

    /// <summary>Goes on from stored averages.</summary>
    /// <param name="average">The averaged parameters.</param>
    /// <param name="values">Parameters and running statistics of the state.</param>
    public void Restore(ReadOnlySpan<float> average, ReadOnlySpan<float> values)
    {
        Begin(values);
        average.CopyTo(Parameters);
    }

    /// <summary>Follows the parameters and running statistics of a part of the vector.</summary>
    /// <param name="first">First element of the part.</param>
    /// <param name="trained">Number of its elements that are trained; they come first.</param>
    /// <param name="values">The part of the state's vector, after the step.</param>
    public void Follow(int first, int trained, ReadOnlySpan<float> values)
    {
        var average = Values.Span.Slice(first, values.Length);
        TensorPrimitives.Multiply(average[..trained], (float)decay, average[..trained]);
        TensorPrimitives.MultiplyAdd(values[..trained], (float)(1 - decay), average[..trained], average[..trained]);
        values[trained..].CopyTo(average[trained..]);
    }

    /// <summary>
    /// The vector of a stored state that is evaluated and exported: the average if the rule has
    /// one, otherwise the parameters themselves; with the running statistics.
    /// </summary>
    /// <param name="state">The state.</param>
    /// <param name="rule">The rule of the run that the state belongs to.</param>
    /// <param name="layout">The model's layout.</param>
    public static ReadOnlySpan<float> Evaluated(TrainingState state, UpdateRule rule, ParameterLayout layout)
    {
        if (rule.AverageDecay is null)
        {
            return state.Parameters.Span;
        }

        var values = state.Parameters.Span.ToArray();
        state.Slots.Span[^layout.ParameterLength..].CopyTo(values);
        return values;
    }
}

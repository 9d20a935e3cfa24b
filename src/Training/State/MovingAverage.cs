using System.Numerics.Tensors;
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
    private readonly float _kept = (float)decay;

    // The shares must add up to 1, or the average of equal parameters would drift away from them.
    private readonly float _taken = 1 - (float)decay;

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
        TensorPrimitives.Multiply(average[..trained], _kept, average[..trained]);
        TensorPrimitives.MultiplyAdd(values[..trained], _taken, average[..trained], average[..trained]);
        values[trained..].CopyTo(average[trained..]);
    }
}

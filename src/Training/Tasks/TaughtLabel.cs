namespace Mnist.Distributed.Training.Tasks;

/// <summary>A label, with the outputs of a teacher for the image.</summary>
/// <param name="label">The 0-based class.</param>
/// <param name="outputs">The teacher's outputs, one for each class.</param>
public readonly ref struct TaughtLabel(int label, ReadOnlySpan<float> outputs)
{
    /// <summary>The 0-based class.</summary>
    public int Label => label;

    /// <summary>The teacher's outputs, one for each class.</summary>
    public ReadOnlySpan<float> Outputs { get; } = outputs;
}

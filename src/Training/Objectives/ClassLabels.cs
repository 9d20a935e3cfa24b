using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Training.Objectives;

/// <summary>The label as target, and an output for each class.</summary>
/// <param name="classes">The data set's classes.</param>
public sealed class ClassLabels(ClassList classes) : ITargets<int>
{
    /// <inheritdoc />
    public int Outputs => classes.Count;

    /// <inheritdoc />
    public int Of(Batch batch, int sample) => batch.Label(sample);
}

using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Training.Objectives;

/// <summary>
/// Targets of a classification: the label of each sample, and one output for each class.
/// </summary>
/// <param name="classes">The classes of the data set.</param>
public sealed class ClassLabels(ClassList classes) : ITargets<int>
{
    /// <inheritdoc />
    public int Outputs => classes.Count;

    /// <inheritdoc />
    public int Of(Batch batch, int sample) => batch.Label(sample);
}

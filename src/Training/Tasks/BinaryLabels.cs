using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Objectives;

namespace Mnist.Distributed.Training.Tasks;

/// <summary>The targets of a question with two answers.</summary>
/// <param name="isPositive">Whether the answer is yes for a label.</param>
internal sealed class BinaryLabels(Func<int, bool> isPositive) : ITargets<bool>
{
    /// <inheritdoc />
    public int Outputs => 1;

    /// <inheritdoc />
    public bool Of(Batch batch, int sample) => isPositive(batch.Label(sample));
}

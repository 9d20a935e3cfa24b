using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Training.Objectives;

/// <summary>
/// The targets of samples: the values with which a loss compares the outputs. May be used by
/// several threads at a time.
/// </summary>
/// <typeparam name="TTarget">The target of a sample, such as its label.</typeparam>
public interface ITargets<TTarget>
    where TTarget : allows ref struct
{
    /// <summary>Number of outputs that a network must have for each sample.</summary>
    int Outputs { get; }

    /// <summary>The target of one sample.</summary>
    /// <param name="batch">The samples.</param>
    /// <param name="sample">0-based position of the sample in the batch.</param>
    TTarget Of(Batch batch, int sample);
}

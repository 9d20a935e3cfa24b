using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Training.Objectives;

/// <summary>What the outputs for a sample are compared with.</summary>
/// <typeparam name="TTarget">A sample's target, such as a label.</typeparam>
public interface ITargets<TTarget>
    where TTarget : allows ref struct
{
    /// <summary>Outputs that a network must have for each sample.</summary>
    int Outputs { get; }

    /// <summary>The target of a sample.</summary>
    /// <param name="batch">The samples.</param>
    /// <param name="sample">Position in the batch.</param>
    TTarget Of(Batch batch, int sample);
}

using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Views;

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

    /// <summary>
    /// Makes the view that gathers samples with their targets. Default: the split as it is.
    /// </summary>
    /// <param name="split">The samples.</param>
    /// <param name="key">The key of random numbers, if the view draws some.</param>
    ISampleView View(ImageSet split, SceneKey key) => new SplitView(split);

    /// <summary>The target of one sample.</summary>
    /// <param name="batch">Samples that a view of these targets has gathered.</param>
    /// <param name="sample">0-based position of the sample in the batch.</param>
    TTarget Of(Batch batch, int sample);
}

using Mnist.Distributed.Contracts.Data;

namespace Mnist.Distributed.Training.Tasks;

/// <summary>
/// A task: what a network learns from a data set. Every kind of target has a subclass, with which a
/// loss that knows the target makes an objective.
/// </summary>
/// <param name="data">The shape of the data set.</param>
public abstract class LearningTask(DataShape data)
{
    /// <summary>The shape of the data set.</summary>
    public DataShape Data => data;

    /// <summary>
    /// The shape of the images that the network sees. Default: that of the data set.
    /// </summary>
    public virtual SampleShape Input => data.Sample;

    /// <summary>Number of outputs that a network must have for each image.</summary>
    public abstract int Outputs { get; }
}

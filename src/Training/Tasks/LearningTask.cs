using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Training.Data;

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

    /// <summary>
    /// Names of the answers, if they are classes that can be taken for each other. Default: none.
    /// </summary>
    public virtual IReadOnlyList<string> AnswerNames => [];

    /// <summary>
    /// Whether answers are vectors that lie near to each other or not. Default: no.
    /// </summary>
    public virtual bool IsEmbedding => false;

    /// <summary>How a picture becomes an image of this task. Default: one symbol.</summary>
    public virtual PictureFit Fit => PictureFit.Symbol;

    /// <summary>What a network says.</summary>
    /// <param name="outputs">Its outputs for an image.</param>
    public abstract Answer Read(ReadOnlySpan<float> outputs);

    /// <summary>What is right.</summary>
    /// <param name="batch">One sample, as a view of the objective has gathered it.</param>
    public abstract Answer Truth(Batch batch);
}

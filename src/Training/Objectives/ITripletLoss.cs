namespace Mnist.Distributed.Training.Objectives;

/// <summary>
/// A loss of three embeddings: of an image (the anchor), of another one of its class (the positive)
/// and of one of another class (the negative). May be used by several threads at a time.
/// </summary>
public interface ITripletLoss
{
    /// <summary>
    /// Whether only the directions of embeddings count. Distances are then measured between
    /// embeddings of length 1.
    /// </summary>
    bool IsAngular { get; }

    /// <summary>Computes the loss of a triplet, and its derivatives if they are wanted.</summary>
    /// <param name="anchor">The embedding of the anchor.</param>
    /// <param name="positive">The embedding of the positive.</param>
    /// <param name="negative">The embedding of the negative.</param>
    /// <param name="gradient">
    /// The derivatives are added to its rows, multiplied by a factor; empty if they are not wanted.
    /// </param>
    /// <returns>The loss, in double precision.</returns>
    double Of(ReadOnlySpan<float> anchor, ReadOnlySpan<float> positive, ReadOnlySpan<float> negative, TripletGradient gradient);
}

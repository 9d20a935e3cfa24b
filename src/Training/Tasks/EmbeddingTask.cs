using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Objectives;

namespace Mnist.Distributed.Training.Tasks;

/// <summary>
/// Embedding: each image becomes a vector, and images of one class shall be near to each other.
/// </summary>
/// <param name="data">The shape of the data set.</param>
/// <param name="dimensions">Number of elements of a vector.</param>
public sealed class EmbeddingTask(DataShape data, int dimensions) : LearningTask(data)
{
    private static readonly Setting<int> Dimensions = new(
        "dimensions", "Elements of an embedding.", 32, "from 2 to 1024", value => value is >= 2 and <= 1024);

    /// <summary>
    /// Settings of a model for embeddings: distances between embeddings with different dropout
    /// masks say little.
    /// </summary>
    public static readonly Settings NoDropout = Settings.Empty.With("dropout", "0");

    /// <summary>The entry of the catalogue.</summary>
    public static readonly TaskDefinition Definition = new(
        "embedding",
        "a vector for each image, near to those of its class",
        "triplet",
        [Dimensions],
        (data, settings) => new EmbeddingTask(data, Dimensions.Of(settings)));

    /// <inheritdoc />
    public override int Outputs => dimensions;

    /// <inheritdoc />
    public override bool IsEmbedding => true;

    /// <inheritdoc />
    public override Answer Read(ReadOnlySpan<float> outputs) => new Answer.Vector(outputs[..dimensions].ToArray());

    /// <inheritdoc />
    public override Answer Truth(Batch batch) => new Answer.Class(batch.Label(0), []);

    /// <summary>The objective of a loss that compares embeddings.</summary>
    /// <param name="loss">The loss of a triplet.</param>
    /// <param name="mining">How triplets are found. Default: random ones.</param>
    public IObjective Objective(ITripletLoss loss, string mining = TripletMining.Random) => new EmbeddingObjective(dimensions, Data.Classes.Count, loss, mining);
}

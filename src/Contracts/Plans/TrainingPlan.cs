namespace Mnist.Distributed.Contracts.Plans;

/// <summary>
/// Everything that decides the bytes of a run's result. Two runs with equal plans on equal data end with equal
/// weights, however many silos take part and whatever happens to them.
/// </summary>
[GenerateSerializer, Immutable, Alias("mnist.TrainingPlan")]
public sealed record TrainingPlan
{
    /// <summary>Model name: <c>mlp</c>, <c>mlp-logits</c> or <c>cnn</c>.</summary>
    [Id(0)] public string Model { get; init; } = "mlp";

    /// <summary>Data set name: <c>mnist</c>, <c>fashion-mnist</c> or <c>synthetic</c>.</summary>
    [Id(1)] public string DataSet { get; init; } = "mnist";

    /// <summary>Folder that holds the data set's files, or null to look in the usual places.</summary>
    [Id(2)] public string? DataFolder { get; init; }

    /// <summary>SHA-256 (lower-case hex) of the data set's contents; a silo whose data differs is refused.</summary>
    [Id(3)] public string DataDigest { get; init; } = "";

    /// <summary>Training samples used: the first N of the data set.</summary>
    [Id(4)] public int Samples { get; init; } = 60_000;

    /// <summary>Test samples.</summary>
    [Id(5)] public int TestSamples { get; init; } = 10_000;

    /// <summary>Number of workers, 1..256; each holds one shard for the whole run.</summary>
    [Id(6)] public int Workers { get; init; } = 2;

    /// <summary>Passes over the training samples.</summary>
    [Id(7)] public int Epochs { get; init; } = 10;

    /// <summary>Global batch: samples per step over all workers.</summary>
    [Id(8)] public int BatchSize { get; init; } = 30;

    /// <summary>Learning rate of SGD.</summary>
    [Id(9)] public float LearningRate { get; init; } = 0.01f;

    /// <summary>Momentum of SGD; 0 is plain SGD.</summary>
    [Id(10)] public float Momentum { get; init; }

    /// <summary>L2 penalty added to the gradient, as in PyTorch's SGD.</summary>
    [Id(11)] public float WeightDecay { get; init; }

    /// <summary>Width of the MLP's hidden layer.</summary>
    [Id(12)] public int Hidden { get; init; } = 100;

    /// <summary>Probability with which the CNN's dropout zeroes an activation.</summary>
    [Id(13)] public float Dropout { get; init; } = 0.5f;

    /// <summary>Key of every random draw: initial weights, epoch order, dropout masks.</summary>
    [Id(14)] public long Seed { get; init; }

    /// <summary>Loss name: <c>cross-entropy</c>.</summary>
    [Id(15)] public string Loss { get; init; } = "cross-entropy";

    /// <summary>Whether each epoch visits the samples in an order of its own; otherwise in file order.</summary>
    [Id(16)] public bool Shuffle { get; init; } = true;

    /// <summary>SHA-256 (lower-case hex) of the file the run starts from, or null for freshly drawn weights.</summary>
    [Id(17)] public string? InitialWeights { get; init; }

    /// <summary>Steps per epoch; the last one may be smaller.</summary>
    public int StepsPerEpoch => (int)(((long)Samples + BatchSize - 1) / BatchSize);

    /// <summary>Steps of the whole run.</summary>
    public long TotalSteps => (long)StepsPerEpoch * Epochs;
}

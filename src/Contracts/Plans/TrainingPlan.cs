using Mnist.Distributed.Contracts.Data;

namespace Mnist.Distributed.Contracts.Plans;

/// <summary>
/// Everything that decides the bytes of the result of a run. Two runs with equal plans on equal
/// data end with equal weights, however many silos take part and whatever faults happen.
/// </summary>
[GenerateSerializer, Immutable, Alias("mnist.TrainingPlan")]
public sealed record TrainingPlan
{
    /// <summary>Name of the model; <c>mnist models</c> lists the names.</summary>
    [Id(0)] public string Model { get; init; } = "mlp";

    /// <summary>Name of the data set; <c>mnist data show</c> lists the names.</summary>
    [Id(1)] public string DataSet { get; init; } = "mnist";

    /// <summary>Folder of the files of the data set; null to search the default folders.</summary>
    [Id(2)] public string? DataFolder { get; init; }

    /// <summary>
    /// SHA-256 (lower-case hex) of the shape and the contents of the data set. A silo whose data
    /// differs is refused.
    /// </summary>
    [Id(3)] public string DataDigest { get; init; } = "";

    /// <summary>Number of training samples: the first N of the data set.</summary>
    [Id(4)] public int Samples { get; init; } = 60_000;

    /// <summary>Number of test images.</summary>
    [Id(5)] public int TestSamples { get; init; } = 10_000;

    /// <summary>Number of workers; each holds one shard for the whole run.</summary>
    [Id(6)] public int Workers { get; init; } = 2;

    /// <summary>Number of passes over the training samples.</summary>
    [Id(7)] public int Epochs { get; init; } = 10;

    /// <summary>Global batch: number of samples per step, over all workers.</summary>
    [Id(8)] public int BatchSize { get; init; } = 30;

    /// <summary>Learning rate of the optimizer.</summary>
    [Id(9)] public float LearningRate { get; init; } = 0.01f;

    /// <summary>
    /// Key of every random draw: initial weights, epoch order, dropout masks, and the scenes and
    /// triplets of a task.
    /// </summary>
    [Id(14)] public long Seed { get; init; }

    /// <summary>Name of the loss.</summary>
    [Id(15)] public string Loss { get; init; } = "cross-entropy";

    /// <summary>
    /// Whether each epoch visits the samples in a random order of its own. Otherwise epochs visit
    /// the samples in the order of the file.
    /// </summary>
    [Id(16)] public bool Shuffle { get; init; } = true;

    /// <summary>
    /// SHA-256 (lower-case hex) of the file that the run starts from; null for newly drawn weights.
    /// </summary>
    [Id(17)] public string? InitialWeights { get; init; }

    /// <summary>The shape of the data set; part of <see cref="DataDigest"/>.</summary>
    [Id(18)] public DataShape Data { get; init; } = Recipe.Data;

    /// <summary>Settings of the model, such as the width of a hidden layer.</summary>
    [Id(19)] public Settings ModelSettings { get; init; } = Settings.Empty;

    /// <summary>Name of the optimizer.</summary>
    [Id(20)] public string Optimizer { get; init; } = "sgd";

    /// <summary>Settings of the optimizer, such as the momentum of SGD.</summary>
    [Id(21)] public Settings OptimizerSettings { get; init; } = Settings.Empty;

    /// <summary>
    /// The metric of the objective of the loss. It follows from the other values of the plan.
    /// </summary>
    [Id(22)] public Metric Metric { get; init; } = Metric.Accuracy;

    /// <summary>Name of the schedule of the learning rate.</summary>
    [Id(23)] public string Schedule { get; init; } = "constant";

    /// <summary>Settings of the schedule, such as the factor by which the rate falls.</summary>
    [Id(24)] public Settings ScheduleSettings { get; init; } = Settings.Empty;

    /// <summary>
    /// Number of steps at the start in which the learning rate rises; 0: no warm-up.
    /// </summary>
    [Id(25)] public int WarmupSteps { get; init; }

    /// <summary>
    /// The largest absolute value of an element of the mean gradient; null: no limit.
    /// </summary>
    [Id(26)] public float? ClipValue { get; init; }

    /// <summary>
    /// The largest norm of the mean gradient over all trained parameters, after <see
    /// cref="ClipValue"/>; null: no limit.
    /// </summary>
    [Id(27)] public float? ClipNorm { get; init; }

    /// <summary>
    /// Share of the moving average of the weights that a step keeps. The average is evaluated and
    /// exported in place of the weights. Null: there is no average.
    /// </summary>
    [Id(28)] public double? Ema { get; init; }

    /// <summary>
    /// Name of the task: what the network learns from the data set; <c>mnist losses</c> lists the
    /// names.
    /// </summary>
    [Id(30)] public string Task { get; init; } = "digits";

    /// <summary>Settings of the task, such as the class of one-vs-rest.</summary>
    [Id(31)] public Settings TaskSettings { get; init; } = Settings.Empty;

    /// <summary>Settings of the loss, such as the delta of Huber's loss.</summary>
    [Id(32)] public Settings LossSettings { get; init; } = Settings.Empty;

    /// <summary>
    /// The file of weights of the teacher, from whose outputs the network learns; null for no
    /// teacher. Every silo reads the file at this path.
    /// </summary>
    [Id(33)] public string? Teacher { get; init; }

    /// <summary>
    /// SHA-256 (lower-case hex) of the teacher's file. A silo whose file differs is refused.
    /// </summary>
    [Id(34)] public string? TeacherSha256 { get; init; }

    /// <summary>
    /// Number of epochs without a better test metric after which the run stops; 0 for never.
    /// </summary>
    [Id(50)] public int Patience { get; init; }

    /// <summary>
    /// The run stops after the first epoch whose test metric reaches this value; null for never.
    /// The value of a share, such as the accuracy, is from 0 to 1.
    /// </summary>
    [Id(51)] public double? Target { get; init; }

    /// <summary>
    /// Name of the file of the assembly that defines the model, the loss or the optimizer; null if
    /// this project defines all of them.
    /// </summary>
    [Id(40)] public string? ModelsFile { get; init; }

    /// <summary>
    /// SHA-256 (lower-case hex) of that assembly. A silo whose assembly differs is refused.
    /// </summary>
    [Id(41)] public string? ModelsSha256 { get; init; }

    /// <summary>
    /// The size to which all images are resized when they are read; null to take them as they are.
    /// </summary>
    [Id(45)] public ImageSize? ImageSize { get; init; }

    /// <summary>Steps per epoch. The batch of the last step may be smaller.</summary>
    public int StepsPerEpoch => (int)(((long)Samples + BatchSize - 1) / BatchSize);

    /// <summary>Steps of the whole run, if it does not stop early.</summary>
    public long TotalSteps => (long)StepsPerEpoch * Epochs;
}

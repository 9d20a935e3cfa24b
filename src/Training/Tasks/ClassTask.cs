using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Metrics;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.Objectives;

namespace Mnist.Distributed.Training.Tasks;

/// <summary>
/// Classification: which class does an image show? There is one output for each class.
/// </summary>
/// <param name="data">The shape of the data set.</param>
public sealed class ClassTask(DataShape data) : LearningTask(data)
{
    /// <summary>The entry of the catalogue.</summary>
    public static readonly TaskDefinition Definition = new(
        "digits", "which class an image shows", "cross-entropy", [], (data, _) => new ClassTask(data));

    /// <inheritdoc />
    public override int Outputs => Data.Classes.Count;

    /// <inheritdoc />
    public override IReadOnlyList<string> AnswerNames => Data.Classes.Names;

    /// <inheritdoc />
    public override Answer Read(ReadOnlySpan<float> outputs) => new Answer.Class(Accuracy.ClassOf(outputs), []);

    /// <inheritdoc />
    public override Answer Truth(Batch batch) => new Answer.Class(batch.Label(0), []);

    /// <summary>The objective of a loss that compares outputs with the label.</summary>
    public IObjective Objective(ILoss<int> loss) => new PerSampleObjective<int>(new ClassLabels(Data.Classes), loss, new Accuracy());

    /// <summary>
    /// The objective of a loss that compares outputs with those of a teacher.
    /// </summary>
    public IObjective Objective(ILoss<TaughtLabel> loss, Teacher teacher) =>
        new PerSampleObjective<TaughtLabel>(new TaughtLabels(Data.Classes, teacher), loss, new TaughtAccuracy());
}

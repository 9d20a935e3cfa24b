using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Metrics;
using Mnist.Distributed.Training.Objectives;

namespace Mnist.Distributed.Training.Tasks;

/// <summary>
/// A question with two answers. There is one output; an output above 0 means yes.
/// </summary>
/// <param name="data">The shape of the data set.</param>
/// <param name="isPositive">Whether the answer is yes for a label.</param>
public sealed class BinaryTask(DataShape data, Func<int, bool> isPositive) : LearningTask(data)
{
    /// <summary>The class that is told from all others.</summary>
    public static readonly Setting<int> Class = new(
        "class", "Label of the class that is told from all others.", 0, "a label of the data set, from 0", value => value is >= 0 and < ClassList.Most);

    /// <summary>The entry of the catalogue for odd and even labels.</summary>
    public static readonly TaskDefinition EvenOdd = new(
        "even-odd", "whether the label is odd", "binary-cross-entropy", [], (data, _) => new BinaryTask(data, label => label % 2 == 1));

    /// <summary>The entry of the catalogue for one class and all others.</summary>
    public static readonly TaskDefinition OneVersusRest = new(
        "one-vs-rest", "whether an image shows one class or any other", "binary-cross-entropy", [Class], (data, settings) => new BinaryTask(data, IsClass(data, Class.Of(settings))));

    /// <inheritdoc />
    public override int Outputs => 1;

    /// <inheritdoc />
    public override IReadOnlyList<string> AnswerNames => ["no", "yes"];

    /// <inheritdoc />
    public override Answer Read(ReadOnlySpan<float> outputs) => new Answer.YesNo(outputs[0] > 0, null);

    /// <inheritdoc />
    public override Answer Truth(Batch batch) => new Answer.YesNo(IsPositive(batch.Label(0)), null);

    /// <summary>Whether the answer is yes for a label.</summary>
    public bool IsPositive(int label) => isPositive(label);

    /// <summary>The objective of a loss that compares the output with the answer.</summary>
    public IObjective Objective(ILoss<bool> loss) => new PerSampleObjective<bool>(new BinaryLabels(isPositive), loss, new BinaryAccuracy(), new F1());

    private static Func<int, bool> IsClass(DataShape data, int wanted)
    {
        InvalidInputException.Require(
            wanted < data.Classes.Count, $"There is no class {wanted}: the labels of the data set are 0 to {data.Classes.Count - 1}; give one of them as class.", "class");
        return label => label == wanted;
    }
}

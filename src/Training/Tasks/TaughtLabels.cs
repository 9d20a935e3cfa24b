using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Metrics;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.Objectives;
using Mnist.Distributed.Training.Views;

namespace Mnist.Distributed.Training.Tasks;

/// <summary>The targets of distillation: labels, with the outputs of a teacher.</summary>
/// <param name="classes">The classes of the data set.</param>
/// <param name="teacher">The teacher.</param>
internal sealed class TaughtLabels(ClassList classes, Teacher teacher) : ITargets<TaughtLabel>
{
    /// <inheritdoc />
    public int Outputs => classes.Count;

    /// <inheritdoc />
    public ISampleView View(ImageSet split, SceneKey key) => new TeacherView(split, teacher);

    /// <inheritdoc />
    public TaughtLabel Of(Batch batch, int sample) => new(batch.Label(sample), batch.Target(sample));
}

/// <summary>Accuracy against the labels; the teacher does not count.</summary>
internal sealed class TaughtAccuracy : IMetric<TaughtLabel>
{
    private readonly Accuracy _accuracy = new();

    /// <inheritdoc />
    public Metric Kind => _accuracy.Kind;

    /// <inheritdoc />
    public MetricSum Of(ReadOnlySpan<float> outputs, TaughtLabel target) => _accuracy.Of(outputs, target.Label);
}

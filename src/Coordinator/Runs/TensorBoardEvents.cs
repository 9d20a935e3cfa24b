using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.TensorBoard;
using Mnist.Distributed.Training.Weights;
using Tensorboard;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>The results of a run as TensorBoard shows them.</summary>
/// <param name="run">The run.</param>
internal sealed class TensorBoardEvents(RunIdentity run)
{
    private readonly EventFile _file = new(TimeProvider.System);

    /// <summary>Adds the results of an epoch.</summary>
    /// <param name="epoch">The results.</param>
    /// <param name="rate">The learning rate at its end.</param>
    public void Add(EpochMetrics epoch, float rate)
    {
        var name = epoch.Metric.Name.Replace(' ', '_');
        List<Summary.Types.Value> values =
        [
            SummaryValues.Scalar("loss/train", epoch.TrainLoss),
            SummaryValues.Scalar("loss/test", epoch.TestLoss),
            SummaryValues.Scalar($"{name}/test", epoch.TestMetric),
            SummaryValues.Scalar("images_per_second", epoch.ImagesPerSecond),
            SummaryValues.Scalar("learning_rate", rate),
        ];
        if (MetricText.OfTraining(epoch.Metric, epoch.TrainMetric) is { } training)
        {
            values.Add(SummaryValues.Scalar($"{name}/train", training));
        }

        _file.Add((long)run.Plan.StepsPerEpoch * epoch.Epoch, values);
    }

    /// <summary>Adds the distributions of the weights.</summary>
    public void Add(TrainingState state)
    {
        var exported = ExportedWeights.VectorOf(state);
        _file.Add(state.Step, TrainingSetup.Of(run.Plan, run.Catalogue).Model.Layout.Segments.Select(segment =>
            SummaryValues.Histogram($"weights/{segment.Name}", exported.Span.Slice(segment.Offset, segment.Length))));
    }

    /// <summary>Adds pictures.</summary>
    /// <param name="step">The step of the weights that they show.</param>
    /// <param name="pictures">Names, and contents of PNG files.</param>
    public void Add(long step, IEnumerable<(string Name, byte[] Png)> pictures) => _file.Add(step, pictures.Select(picture => SummaryValues.Image(picture.Name, picture.Png)));

    /// <inheritdoc cref="EventFile.Write" />
    public void Write(string folder) => _file.Write(folder);
}

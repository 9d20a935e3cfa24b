using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.TensorBoard;
using Mnist.Distributed.Training.Vectors;
using Mnist.Distributed.Training.Weights;
using Tensorboard;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>The results of a run as TensorBoard shows them.</summary>
/// <param name="run">The run.</param>
internal sealed class TensorBoardEvents(RunIdentity run)
{
    /// <summary>
    /// How many distributions of the weights a long run has at most, beside the last one.
    /// </summary>
    private const int MostDistributions = 100;

    private readonly EventFile _file = new(TimeProvider.System);
    private readonly Lazy<ParameterLayout> _layout = new(() => TrainingSetup.Of(run.Plan, run.Catalogue).Model.Layout);
    private readonly List<RunPoint> _points = [];
    private long? _shown;

    /// <summary>
    /// Notes when steps have happened, for the events that are added from now on.
    /// </summary>
    /// <param name="points">
    /// New points of the curves, in step order. They replace those that are known of the same and
    /// later steps.
    /// </param>
    public void Note(IReadOnlyList<RunPoint> points)
    {
        if (points is [var first, ..])
        {
            _points.RemoveAll(known => known.Step >= first.Step);
            _points.AddRange(points);
        }
    }

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

        Add((long)run.Plan.StepsPerEpoch * epoch.Epoch, values);
    }

    /// <summary>
    /// Adds the distributions of the weights, unless those of the same step or of one shortly
    /// before are there. Without the model of the run, nothing is added.
    /// </summary>
    /// <param name="state">The weights.</param>
    /// <param name="isFinal">Whether they are the result of the run.</param>
    public void Add(TrainingState state, bool isFinal)
    {
        if (_shown is { } shown && (state.Step == shown || (!isFinal && state.Step - shown < run.Plan.TotalSteps / MostDistributions)))
        {
            return;
        }

        try
        {
            var segments = _layout.Value.Segments;
            var exported = ExportedWeights.VectorOf(state);
            Add(state.Step, segments.Select(segment => SummaryValues.Histogram($"weights/{segment.Name}", exported.Span.Slice(segment.Offset, segment.Length))));
            _shown = state.Step;
        }
        catch (InvalidInputException)
        {
            // The file of weights cannot be written without the model either, and the run's folder
            // says why.
        }
    }

    /// <summary>Adds pictures, and writes them.</summary>
    /// <param name="step">The step of the weights that they show.</param>
    /// <param name="pictures">PNG files; those that do not exist are left out.</param>
    /// <param name="folder">The folder of the events.</param>
    /// <exception cref="InvalidInputException">A file cannot be read or written.</exception>
    public void AddPictures(long step, IEnumerable<string> pictures, string folder)
    {
        try
        {
            Summary.Types.Value[] values =
                [.. pictures.Where(File.Exists).Select(picture => SummaryValues.Image(Path.GetFileNameWithoutExtension(picture), File.ReadAllBytes(picture)))];
            if (values.Length > 0)
            {
                Add(step, values);
                Write(folder);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{folder} cannot be written ({failure.Message.TrimEnd('.')}): make room, or give access to the folder.", failure);
        }
    }

    /// <inheritdoc cref="EventFile.Write" />
    public void Write(string folder) => _file.Write(folder);

    /// <summary>Adds values with the time of their step.</summary>
    private void Add(long step, IEnumerable<Summary.Types.Value> values) => _file.Add(step, values, TimeOf(step));

    /// <summary>
    /// When the first point at or after a step was seen; null if there is no such point, as is
    /// usual for a step that has just been made.
    /// </summary>
    private DateTimeOffset? TimeOf(long step) =>
        _points.Find(point => point.Step >= step) is { } point ? new DateTimeOffset(DateTime.SpecifyKind(point.At, DateTimeKind.Utc)) : null;
}

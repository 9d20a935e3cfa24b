using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Metrics;
using Mnist.Distributed.Training.Views;

namespace Mnist.Distributed.Training.Objectives;

/// <summary>
/// The objective of training: it says what a network sees of a data set, and turns the outputs of
/// the network into loss, metric and derivatives. Gradient computation and evaluation know a task
/// through this interface only. May be used by several threads at a time.
/// </summary>
public interface IObjective
{
    /// <summary>Number of outputs that a network must have for each image.</summary>
    int Outputs { get; }

    /// <summary>The metric that is measured beside the loss.</summary>
    Metric Metric { get; }

    /// <summary>
    /// All metrics that <see cref="Measure"/> measures; the first one is <see cref="Metric"/>.
    /// </summary>
    IReadOnlyList<Metric> Metrics => [Metric];

    /// <summary>
    /// Whether the loss compares the samples of a worker's part of a batch with each other. Then
    /// the result depends on the number of workers, and not only by rounding. Default: no.
    /// </summary>
    bool ComparesSamples => false;

    /// <summary>
    /// Makes a view of a split, which gathers images and targets. Default: the split as it is.
    /// </summary>
    /// <param name="split">The samples.</param>
    /// <param name="key">The key of random numbers, if the view draws some.</param>
    ISampleView View(ImageSet split, SceneKey key) => new SplitView(split);

    /// <summary>
    /// Computes loss, metric and derivatives from the outputs for some samples. An objective may
    /// compare the samples of one call with each other: one worker's part of a batch is always one
    /// call.
    /// </summary>
    /// <param name="batch">The samples.</param>
    /// <param name="outputs">The network's outputs, images x <see cref="Outputs"/>.</param>
    /// <param name="byOutputs">
    /// Receives the derivative of the summed loss by each output, images x <see cref="Outputs"/>;
    /// empty if derivatives are not wanted.
    /// </param>
    /// <returns>Sums of loss and metric over the images, and the number of images.</returns>
    StepTotals Judge(Batch batch, ReadOnlySpan<float> outputs, Span<float> byOutputs);

    /// <summary>Measures all metrics of one sample.</summary>
    /// <param name="batch">The sample.</param>
    /// <param name="outputs">
    /// The network's outputs, images of the sample x <see cref="Outputs"/>.
    /// </param>
    /// <returns>The summands of each of <see cref="Metrics"/>.</returns>
    MetricSum[] Measure(Batch batch, ReadOnlySpan<float> outputs)
    {
        var totals = Judge(batch, outputs, []);
        return [new(totals.MetricSum, totals.MetricWeight)];
    }
}

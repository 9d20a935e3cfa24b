using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Losses;
using Mnist.Distributed.Training.Objectives;
using Mnist.Distributed.Training.Views;

namespace Mnist.Distributed.Benchmarks.Losses;

/// <summary>
/// Cross entropy over all outputs of each image, on the images of another objective: what a step of
/// the same network on the same images costs with the loss of the recipe. It learns nothing.
/// </summary>
/// <param name="other">The objective whose images are used.</param>
internal sealed class CrossEntropyOfImages(IObjective other) : IObjective
{
    private readonly CrossEntropyLoss _loss = new();

    /// <inheritdoc />
    public int Outputs => other.Outputs;

    /// <inheritdoc />
    public Metric Metric => Metric.Accuracy;

    /// <inheritdoc />
    public ISampleView View(ImageSet split, SceneKey key) => other.View(split, key);

    /// <inheritdoc />
    public StepTotals Judge(Batch batch, ReadOnlySpan<float> outputs, Span<float> byOutputs)
    {
        var sum = 0.0;
        for (var at = 0; at < outputs.Length; at += Outputs)
        {
            sum += _loss.Of(outputs.Slice(at, Outputs), at / Outputs % Outputs, byOutputs.IsEmpty ? [] : byOutputs.Slice(at, Outputs));
        }

        return new StepTotals(sum, 0, batch.Count, batch.Samples);
    }
}

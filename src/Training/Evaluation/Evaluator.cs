using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Training.Evaluation;

/// <summary>
/// Computes loss and metric of the test split, with the model in evaluation mode and without
/// gradients. May be used by one thread at a time.
/// </summary>
public sealed class Evaluator : IDisposable
{
    private readonly TrainingSetup _setup;
    private readonly ImageSet _samples;
    private readonly TestChunks _chunks;
    private readonly Network _network;

    /// <summary>Binds the model to the parameters that it reads.</summary>
    /// <param name="setup">The run's model and objective.</param>
    /// <param name="samples">The test split.</param>
    /// <param name="chunks">How the split is cut into chunks.</param>
    /// <param name="parameters">
    /// Parameters and running statistics in the model's layout; they must not change during an
    /// evaluation.
    /// </param>
    public Evaluator(TrainingSetup setup, ImageSet samples, TestChunks chunks, FlatVector parameters)
    {
        _setup = setup;
        _samples = samples;
        _chunks = chunks;
        _network = setup.Model.Bind(new NetworkBinding(setup.Model.Layout, parameters, Gradient: null, chunks.SamplesPerChunk));
    }

    /// <summary>Evaluates one chunk: the totals of each of its batches, in order.</summary>
    public StepTotals[] Evaluate(int chunk) => Judge(chunk, _chunks.BatchSize);

    /// <summary>
    /// Evaluates one chunk sample by sample: the totals of each of its samples, in order.
    /// </summary>
    public StepTotals[] EvaluateSamples(int chunk) => Judge(chunk, 1);

    /// <inheritdoc />
    public void Dispose() => _network.Dispose();

    private StepTotals[] Judge(int chunk, int samplesPerPart)
    {
        var (first, end) = _chunks[chunk];
        Span<int> indexes = new int[end - first];
        for (var i = 0; i < indexes.Length; i++)
        {
            indexes[i] = first + i;
        }

        var width = _setup.Objective.Outputs;
        var outputs = _network.Evaluate(new Batch(_samples, indexes));
        var parts = new StepTotals[(indexes.Length + samplesPerPart - 1) / samplesPerPart];
        for (var part = 0; part < parts.Length; part++)
        {
            var at = part * samplesPerPart;
            var count = Math.Min(samplesPerPart, indexes.Length - at);
            parts[part] = _setup.Objective.Judge(
                new Batch(_samples, indexes.Slice(at, count)), outputs.Slice(at * width, count * width), []);
        }

        return parts;
    }
}

using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Gradients;
using Mnist.Distributed.Training.Losses;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.State;

namespace Mnist.Distributed.Training.Evaluation;

/// <summary>Runs a model over a test split in evaluation mode, without gradients. Used by one thread at a time.</summary>
public sealed class Evaluator : IDisposable
{
    private readonly ImageSet _samples;
    private readonly TestChunks _chunks;
    private readonly ILoss _loss;
    private readonly Network _network;

    /// <summary>Binds the evaluation to the parameters it reads.</summary>
    public Evaluator(Model model, ILoss loss, ImageSet samples, TestChunks chunks, FlatVector parameters)
    {
        _samples = samples;
        _chunks = chunks;
        _loss = loss;
        _network = model.Bind(new NetworkBinding(model.Layout, parameters, Gradient: null, chunks.SamplesPerChunk));
    }

    /// <summary>Totals of each batch of one chunk, in order.</summary>
    public StepTotals[] Evaluate(int chunk) => _chunks.SumBatches(EvaluateSamples(chunk));

    /// <summary>Totals of each sample of one chunk, in order.</summary>
    public StepTotals[] EvaluateSamples(int chunk)
    {
        var (first, end) = _chunks[chunk];
        var indexes = new int[end - first];
        for (var i = 0; i < indexes.Length; i++)
        {
            indexes[i] = first + i;
        }

        var batch = new Batch(_samples, indexes);
        var outputs = _network.Evaluate(batch);
        var samples = new StepTotals[indexes.Length];
        for (var sample = 0; sample < samples.Length; sample++)
        {
            var label = batch.Label(sample);
            var own = outputs.Slice(sample * ImageSet.Classes, ImageSet.Classes);
            samples[sample] = new StepTotals(_loss.Of(own, label, []), Classification.Of(own) == label ? 1 : 0, 1);
        }

        return samples;
    }

    /// <inheritdoc />
    public void Dispose() => _network.Dispose();
}

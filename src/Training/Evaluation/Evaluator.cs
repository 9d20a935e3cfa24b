using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Gradients;
using Mnist.Distributed.Training.Losses;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.State;
using static TorchSharp.torch;

namespace Mnist.Distributed.Training.Evaluation;

/// <summary>Runs a model over a test split in evaluation mode, without gradients. Used by one thread at a time.</summary>
public sealed class Evaluator : IDisposable
{
    private readonly ImageSet _samples;
    private readonly TestChunks _chunks;
    private readonly ILoss _loss;
    private readonly Network _network;
    private readonly BatchBuffer _buffer;

    /// <summary>Binds the evaluation to the parameters it reads.</summary>
    public Evaluator(Model model, ILoss loss, ImageSet samples, TestChunks chunks, FlatVector parameters)
    {
        _samples = samples;
        _chunks = chunks;
        _loss = loss;
        _network = model.Bind(new NetworkBinding(model.Layout, parameters, Gradient: null, MaxBatch: 0));
        _buffer = new BatchBuffer(chunks.SamplesPerChunk);
    }

    /// <summary>Totals of each batch of one chunk, in order.</summary>
    public StepTotals[] Evaluate(int chunk)
    {
        var (first, end) = _chunks[chunk];
        var indexes = new int[end - first];
        for (var i = 0; i < indexes.Length; i++)
        {
            indexes[i] = first + i;
        }

        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var (images, labels) = _buffer.Gather(_samples, indexes);
        var outputs = _network.ForwardEvaluation(images);
        var losses = FlatVector.Floats(_loss.PerSample(outputs, labels));
        var rows = FlatVector.Floats(outputs);

        var batches = new StepTotals[(indexes.Length + _chunks.BatchSize - 1) / _chunks.BatchSize];
        for (var batch = 0; batch < batches.Length; batch++)
        {
            var begin = batch * _chunks.BatchSize;
            var stop = Math.Min(begin + _chunks.BatchSize, indexes.Length);
            var sum = 0.0;
            foreach (var loss in losses[begin..stop])
            {
                sum += loss;
            }

            batches[batch] = new StepTotals(sum, _buffer.CountCorrect(rows, begin, stop), stop - begin);
        }

        return batches;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _network.Dispose();
        _buffer.Dispose();
    }
}

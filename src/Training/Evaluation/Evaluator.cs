using System.Runtime.InteropServices;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.Objectives;
using Mnist.Distributed.Training.Vectors;
using Mnist.Distributed.Training.Views;

namespace Mnist.Distributed.Training.Evaluation;

/// <summary>
/// Computes loss and metric of the test split, with the model in evaluation mode and without
/// gradients. May be used by one thread at a time.
/// </summary>
public sealed class Evaluator : IDisposable
{
    private readonly TrainingSetup _setup;
    private readonly ImageSet _gallery;
    private readonly TestChunks _chunks;
    private readonly ISampleView _view;
    private readonly Network _network;

    /// <summary>Binds the model to the parameters that it reads.</summary>
    /// <param name="setup">The run's model and objective.</param>
    /// <param name="data">The data set, with the test split.</param>
    /// <param name="chunks">How the split is cut into chunks.</param>
    /// <param name="parameters">
    /// Parameters and running statistics in the model's layout; they must not change during an
    /// evaluation.
    /// </param>
    public Evaluator(TrainingSetup setup, DataSet data, TestChunks chunks, FlatVector parameters)
    {
        _setup = setup;
        _gallery = Gallery.Of(data);
        _chunks = chunks;
        _view = setup.Objective.View(data.Test, SceneKey.Testing);
        _network = setup.Model.Bind(new NetworkBinding(setup.Model.Layout, parameters, Gradient: null, chunks.SamplesPerChunk * _view.ImagesPerSample));
    }

    /// <summary>
    /// The objective with which chunks are evaluated while the parameters stay as they are now. If
    /// it needs a gallery, this computes the outputs for the gallery.
    /// </summary>
    public IObjective Begin()
    {
        if (_setup.Objective is not IGalleryObjective objective)
        {
            return _setup.Objective;
        }

        var outputs = new List<float>(_gallery.Count * objective.Outputs);
        foreach (var images in Enumerable.Range(0, _gallery.Count).Chunk(_chunks.SamplesPerChunk))
        {
            outputs.AddRange(_network.Evaluate(new Batch(_gallery, images)));
        }

        return objective.Against(_gallery, CollectionsMarshal.AsSpan(outputs));
    }

    /// <summary>Evaluates one chunk: the totals of each of its batches, in order.</summary>
    /// <param name="objective">What <see cref="Begin"/> has returned.</param>
    /// <param name="chunk">0-based chunk.</param>
    public StepTotals[] Evaluate(IObjective objective, int chunk)
    {
        var batches = new List<StepTotals>();
        Visit(chunk, (batch, outputs) => batches.Add(objective.Judge(batch, outputs, [])), _chunks.BatchSize);
        return [.. batches];
    }

    /// <summary>Shows each sample of a chunk with its outputs, in order.</summary>
    /// <param name="chunk">0-based chunk.</param>
    /// <param name="visit">Receives the sample and its outputs.</param>
    public void Visit(int chunk, SampleVisit visit) => Visit(chunk, visit, 1);

    /// <inheritdoc />
    public void Dispose()
    {
        _network.Dispose();
        (_view as IDisposable)?.Dispose();
    }

    private void Visit(int chunk, SampleVisit visit, int samplesPerPart)
    {
        var (first, end) = _chunks[chunk];
        Span<int> indexes = new int[end - first];
        for (var i = 0; i < indexes.Length; i++)
        {
            indexes[i] = first + i;
        }

        var batch = _view.Gather(indexes, epoch: 0);
        var width = _setup.Objective.Outputs * batch.ImagesPerSample;
        var outputs = _network.Evaluate(batch);
        for (var at = 0; at < batch.Samples; at += samplesPerPart)
        {
            var count = Math.Min(samplesPerPart, batch.Samples - at);
            visit(batch.Slice(at, count), outputs.Slice(at * width, count * width));
        }
    }
}

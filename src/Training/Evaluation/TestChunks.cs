using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Training.Evaluation;

/// <summary>
/// The test split cut into chunks of whole batches. A chunk is one forward pass; which silo computes it does not matter,
/// since its samples are always the same ones.
/// </summary>
/// <param name="Samples">Samples of the split.</param>
/// <param name="BatchSize">Samples of a batch; the last batch may be smaller.</param>
public readonly record struct TestChunks(int Samples, int BatchSize)
{
    private const int PreferredSamples = 480;

    /// <summary>Batches of a chunk; the last chunk may have fewer.</summary>
    public int BatchesPerChunk => Math.Max(1, PreferredSamples / BatchSize);

    /// <summary>Samples of a chunk; the last chunk may have fewer.</summary>
    public int SamplesPerChunk => BatchesPerChunk * BatchSize;

    /// <summary>Number of chunks.</summary>
    public int Count => (Samples + SamplesPerChunk - 1) / SamplesPerChunk;

    /// <summary>First and end sample of a chunk.</summary>
    public (int First, int End) this[int chunk] => (chunk * SamplesPerChunk, Math.Min((chunk + 1) * SamplesPerChunk, Samples));

    /// <summary>Totals of each batch, in order, each batch's samples added one after the other.</summary>
    /// <param name="samples">Totals of consecutive samples, of which the first begins a batch.</param>
    public StepTotals[] SumBatches(ReadOnlySpan<StepTotals> samples)
    {
        var batches = new StepTotals[(samples.Length + BatchSize - 1) / BatchSize];
        for (var sample = 0; sample < samples.Length; sample++)
        {
            batches[sample / BatchSize] += samples[sample];
        }

        return batches;
    }
}

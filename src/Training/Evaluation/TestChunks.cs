using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Training.Evaluation;

/// <summary>
/// The test split, cut into chunks of whole batches. A chunk is one forward pass. A chunk always
/// has the same samples, so its totals do not depend on the silo that computes them.
/// </summary>
/// <param name="Samples">Number of samples of the split.</param>
/// <param name="BatchSize">Samples per batch; the last batch may be smaller.</param>
public readonly record struct TestChunks(int Samples, int BatchSize)
{
    private const int PreferredSamples = 480;

    /// <summary>Batches per chunk; the last chunk may have fewer.</summary>
    public int BatchesPerChunk => Math.Max(1, PreferredSamples / BatchSize);

    /// <summary>Samples per chunk; the last chunk may have fewer.</summary>
    public int SamplesPerChunk => BatchesPerChunk * BatchSize;

    /// <summary>Number of chunks.</summary>
    public int Count => (Samples + SamplesPerChunk - 1) / SamplesPerChunk;

    /// <summary>The first sample of a chunk, and the sample after its last.</summary>
    public (int First, int End) this[int chunk] => (chunk * SamplesPerChunk, Math.Min((chunk + 1) * SamplesPerChunk, Samples));

    /// <summary>Adds the totals of samples, in order, to the totals of their batches.</summary>
    /// <param name="samples">
    /// Totals of consecutive samples; the first of them must be the first of a batch.
    /// </param>
    /// <returns>The totals of each batch, in order.</returns>
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

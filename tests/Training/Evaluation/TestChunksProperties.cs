using CsCheck;

using Mnist.Distributed.Training.Evaluation;

using Xunit;

namespace Mnist.Distributed.Tests.Training.Evaluation;

public sealed class TestChunksProperties
{
    private static readonly Gen<TestChunks> Splits =
        Gen.Select(Gen.Int[0, 20_000], Gen.OneOf(Gen.Int[1, 100], Gen.Int[1, 30_000]), (samples, batch) => new TestChunks(samples, batch));

    [Fact]
    public void Chunks_cover_the_split_in_order() => Splits.Sample(chunks =>
    {
        var next = 0;
        for (var chunk = 0; chunk < chunks.Count; chunk++)
        {
            var (first, end) = chunks[chunk];
            Assert.Equal(next, first);
            Assert.InRange(end - first, 1, chunks.SamplesPerChunk);
            next = end;
        }

        Assert.Equal(chunks.Samples, next);
    });

    [Fact]
    public void Every_chunk_but_the_last_has_whole_batches() => Splits.Sample(chunks =>
    {
        Assert.Equal(chunks.BatchesPerChunk * chunks.BatchSize, chunks.SamplesPerChunk);
        for (var chunk = 0; chunk < chunks.Count - 1; chunk++)
        {
            var (first, end) = chunks[chunk];
            Assert.Equal(chunks.SamplesPerChunk, end - first);
        }
    });
}

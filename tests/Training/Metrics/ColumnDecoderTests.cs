using Mnist.Distributed.Training.Metrics;
using Mnist.Distributed.Training.Randomness;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Metrics;

/// <summary>Strings are read as CTC defines it. The oracle adds up all paths.</summary>
public sealed class ColumnDecoderTests
{
    private const int Columns = 4;
    private const int Width = 3;

    public static TheoryData<int> Keys => [.. Enumerable.Range(0, 100)];

    [Theory]
    [MemberData(nameof(Keys))]
    public void The_beam_finds_the_most_probable_string(int key)
    {
        var outputs = Outputs(key);

        Assert.Equal(MostProbable(outputs), string.Concat(ColumnDecoder.Beam.Read(outputs, Width)));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void The_greedy_decoder_reads_the_most_probable_path(int key)
    {
        var outputs = Outputs(key);
        var path = outputs.Chunk(Width).Select(column => Array.IndexOf(column, column.Max()));

        Assert.Equal(Collapse(path), string.Concat(ColumnDecoder.Greedy.Read(outputs, Width)));
    }

    private static float[] Outputs(int key)
    {
        var random = new KeyedRandom(key, RandomPurpose.Probe, 0);
        return [.. Enumerable.Range(0, Columns * Width).Select(_ => 4 * random.NextSingle())];
    }

    private static string MostProbable(float[] outputs)
    {
        var columns = outputs.Chunk(Width).Select(column => column.Select(x => Math.Exp(x)).ToArray()).ToArray();
        return Enumerable.Range(0, (int)Math.Pow(Width, Columns))
            .Select(number => Enumerable.Range(0, Columns).Select(column => number / (int)Math.Pow(Width, column) % Width).ToArray())
            .GroupBy(Collapse, path => path.Index().Aggregate(1.0, (product, at) => product * columns[at.Index][at.Item]))
            .MaxBy(group => group.Sum())!.Key;
    }

    /// <summary>Equal neighbours are one, and blanks, the last label, are left out.</summary>
    private static string Collapse(IEnumerable<int> path)
    {
        int[] labels = [.. path];
        return string.Concat(labels.Where((label, at) => label != Width - 1 && (at == 0 || labels[at - 1] != label)));
    }
}

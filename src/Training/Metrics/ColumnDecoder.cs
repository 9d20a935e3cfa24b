using Mnist.Distributed.Training.Arithmetic;

namespace Mnist.Distributed.Training.Metrics;

/// <summary>
/// Reads a string from the outputs of columns, as CTC defines it: equal labels in neighbouring
/// columns are one, and blanks, the last output of a column, are left out.
/// </summary>
public sealed class ColumnDecoder
{
    /// <summary>Number of strings that the beam keeps.</summary>
    private const int BeamWidth = 10;

    private readonly string? _name;

    private ColumnDecoder(string? name) => _name = name;

    /// <summary>Takes the largest output of each column.</summary>
    public static ColumnDecoder Greedy { get; } = new(null);

    /// <summary>
    /// Searches for the most probable string, over all ways to write it into the columns; it
    /// follows the ten best beginnings.
    /// </summary>
    public static ColumnDecoder Beam { get; } = new("beam");

    /// <summary>The name of a metric with this decoder.</summary>
    internal string Name(string metric) => _name is null ? metric : $"{metric} ({_name})";

    /// <summary>Reads the string.</summary>
    /// <param name="outputs">Outputs, columns x width.</param>
    /// <param name="width">Number of outputs of a column.</param>
    /// <returns>Labels, 0-based.</returns>
    public int[] Read(ReadOnlySpan<float> outputs, int width) => _name is null ? ReadGreedy(outputs, width) : ReadBeam(outputs, width);

    private static int[] ReadGreedy(ReadOnlySpan<float> outputs, int width)
    {
        List<int> labels = [];
        var previous = width - 1;
        for (var at = 0; at < outputs.Length; at += width)
        {
            var best = Accuracy.ClassOf(outputs.Slice(at, width));
            if (best != previous && best != width - 1)
            {
                labels.Add(best);
            }

            previous = best;
        }

        return [.. labels];
    }

    private static int[] ReadBeam(ReadOnlySpan<float> outputs, int width)
    {
        var beam = new List<Prefix> { new([], Blank: 1, Label: 0) };
        for (var at = 0; at < outputs.Length; at += width)
        {
            beam = Extend(beam, outputs.Slice(at, width));
        }

        return beam[0].Labels;
    }

    /// <summary>
    /// The best beginnings after one more column. The probabilities are scaled so that the best one
    /// is 1.
    /// </summary>
    private static List<Prefix> Extend(List<Prefix> beam, ReadOnlySpan<float> column)
    {
        var (softmax, blank) = (new Softmax(column), column.Length - 1);
        var next = new Dictionary<string, Prefix>(StringComparer.Ordinal);
        foreach (var prefix in beam)
        {
            Add(prefix.Labels, prefix.Total * softmax.Of(column[blank]), 0);
            for (var label = 0; label < blank; label++)
            {
                var probability = softmax.Of(column[label]);
                if (prefix.Labels is [.., var last] && last == label)
                {
                    // The same label again is the same symbol, unless a blank was between.
                    Add(prefix.Labels, 0, prefix.Label * probability);
                    Add([.. prefix.Labels, label], 0, prefix.Blank * probability);
                }
                else
                {
                    Add([.. prefix.Labels, label], 0, prefix.Total * probability);
                }
            }
        }

        var best = next.Values.OrderByDescending(prefix => prefix.Total).Take(BeamWidth).ToArray();
        var scale = best[0].Total;
        return [.. best.Select(prefix => prefix with { Blank = prefix.Blank / scale, Label = prefix.Label / scale })];

        void Add(int[] labels, double endsInBlank, double endsInLabel)
        {
            var key = string.Join(' ', labels);
            var known = next.GetValueOrDefault(key) ?? new Prefix(labels, 0, 0);
            next[key] = known with { Blank = known.Blank + endsInBlank, Label = known.Label + endsInLabel };
        }
    }

    /// <summary>A beginning of a string.</summary>
    /// <param name="Labels">Its labels.</param>
    /// <param name="Blank">Probability of all ways to write it that end in a blank.</param>
    /// <param name="Label">Probability of all ways to write it that end in its last label.</param>
    private sealed record Prefix(int[] Labels, double Blank, double Label)
    {
        public double Total => Blank + Label;
    }
}

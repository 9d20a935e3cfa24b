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
        var beam = new List<Prefix> { new(new Node(null, -1), Blank: 1, Label: 0) };
        for (var at = 0; at < outputs.Length; at += width)
        {
            beam = Extend(beam, Softmax.Probabilities(outputs.Slice(at, width)));
        }

        return beam[0].Node.Labels;
    }

    /// <summary>
    /// The best beginnings after one more column. The probabilities are scaled so that the best one
    /// is 1.
    /// </summary>
    private static List<Prefix> Extend(List<Prefix> beam, double[] column)
    {
        var blank = column.Length - 1;
        var next = new Dictionary<Node, Prefix>();
        foreach (var prefix in beam)
        {
            Add(prefix.Node, prefix.Total * column[blank], 0);
            for (var label = 0; label < blank; label++)
            {
                if (prefix.Node.Label == label)
                {
                    // The same label again is the same symbol, unless a blank was between.
                    Add(prefix.Node, 0, prefix.Label * column[label]);
                    Add(prefix.Node.With(label), 0, prefix.Blank * column[label]);
                }
                else
                {
                    Add(prefix.Node.With(label), 0, prefix.Total * column[label]);
                }
            }
        }

        var best = next.Values.OrderByDescending(prefix => prefix.Total).Take(BeamWidth).ToArray();
        var scale = best[0].Total;
        return [.. best.Select(prefix => prefix with { Blank = prefix.Blank / scale, Label = prefix.Label / scale })];

        void Add(Node node, double endsInBlank, double endsInLabel)
        {
            var known = next.GetValueOrDefault(node, new Prefix(node, 0, 0));
            next[node] = known with { Blank = known.Blank + endsInBlank, Label = known.Label + endsInLabel };
        }
    }

    /// <summary>A beginning of a string.</summary>
    /// <param name="Node">Its labels.</param>
    /// <param name="Blank">Probability of all ways to write it that end in a blank.</param>
    /// <param name="Label">Probability of all ways to write it that end in its last label.</param>
    private readonly record struct Prefix(Node Node, double Blank, double Label)
    {
        public double Total => Blank + Label;
    }

    /// <summary>Labels as a place in a tree: equal labels are one node.</summary>
    private sealed class Node(Node? parent, int label)
    {
        private readonly Dictionary<int, Node> _longer = [];

        public int Label => label;

        public int[] Labels => parent is null ? [] : [.. parent.Labels, label];

        public Node With(int next)
        {
            if (!_longer.TryGetValue(next, out var longer))
            {
                _longer[next] = longer = new Node(this, next);
            }

            return longer;
        }
    }
}

using Mnist.Distributed.Training.Arithmetic;
using Mnist.Distributed.Training.Metrics;
using Mnist.Distributed.Training.Objectives;
using Mnist.Distributed.Training.Tasks;

namespace Mnist.Distributed.Training.Losses;

/// <summary>
/// Connectionist temporal classification (Graves, Fernandez, Gomez and Schmidhuber, 2006): the
/// negative logarithm of the probability of all ways to write a string into the columns. The blank
/// is the last output of a column. The sums over the ways are kept as logarithms.
/// </summary>
/// <param name="width">Number of outputs of a column.</param>
internal sealed class CtcLoss(int width) : ILoss<Symbols>
{
    /// <summary>The entry of the catalogue.</summary>
    public static readonly LossDefinition Definition = new(
        "ctc",
        "-log of the sum over all paths of the product of softmax(o[column])[path]",
        "strings: what is written, without a label for where it is written",
        [new("strings", "reader", 0.002f, 1) { Optimizer = "adam" }],
        [],
        request => request.Task is StringTask task ? task.Objective(new CtcLoss(task.Data.Classes.Count + 1)) : null);

    /// <inheritdoc />
    public double Of(ReadOnlySpan<float> outputs, Symbols target, Span<float> byOutputs)
    {
        var columns = outputs.Length / width;
        var states = (2 * target.Length) + 1;
        var forward = new double[columns * states];
        Span<double> scores = new double[columns * states];
        for (var column = 0; column < columns; column++)
        {
            var own = outputs.Slice(column * width, width);
            var softmax = new Softmax(own);
            for (var state = 0; state < states; state++)
            {
                scores[(column * states) + state] = softmax.LogOf(own[LabelOf(state, target)]);
            }
        }

        for (var column = 0; column < columns; column++)
        {
            for (var state = 0; state < states; state++)
            {
                var ways = column == 0
                    ? (state < 2 ? 0 : double.NegativeInfinity)
                    : Sum(forward.AsSpan((column - 1) * states, states), state, -1, target);
                forward[(column * states) + state] = ways + scores[(column * states) + state];
            }
        }

        var last = forward.AsSpan((columns - 1) * states, states);
        var total = states == 1 ? last[0] : LogSum(last[^1], last[^2]);
        if (!byOutputs.IsEmpty)
        {
            Differentiate(outputs, target, forward, scores, total, byOutputs);
        }

        return -total;
    }

    /// <summary>
    /// The derivative by an output: its softmax probability minus the probability that a way that
    /// writes the string is at its label in this column.
    /// </summary>
    private void Differentiate(
        ReadOnlySpan<float> outputs, Symbols target, ReadOnlySpan<double> forward, ReadOnlySpan<double> scores, double total, Span<float> byOutputs)
    {
        var states = (2 * target.Length) + 1;
        var columns = outputs.Length / width;
        Span<double> backward = new double[states];
        Span<double> later = new double[states];
        Span<double> occupancy = new double[width];
        for (var column = columns - 1; column >= 0; column--)
        {
            occupancy.Clear();
            for (var state = 0; state < states; state++)
            {
                backward[state] = column == columns - 1
                    ? (state >= states - 2 ? 0 : double.NegativeInfinity)
                    : Sum(later, state, 1, target);
                occupancy[LabelOf(state, target)] += Math.Exp(forward[(column * states) + state] + backward[state] - total);
            }

            var own = outputs.Slice(column * width, width);
            var softmax = new Softmax(own);
            for (var label = 0; label < width; label++)
            {
                byOutputs[(column * width) + label] = (float)(softmax.Of(own[label]) - occupancy[label]);
            }

            for (var state = 0; state < states; state++)
            {
                later[state] = backward[state] + scores[(column * states) + state];
            }
        }
    }

    /// <summary>
    /// The sum over the states from which a state is reached: itself, its neighbour, and the one
    /// beyond a blank between two different labels.
    /// </summary>
    /// <param name="ways">Logarithms of the ways of all states.</param>
    /// <param name="state">The state.</param>
    /// <param name="side">-1 for states before it, 1 for states after it.</param>
    /// <param name="target">The string.</param>
    private double Sum(ReadOnlySpan<double> ways, int state, int side, Symbols target)
    {
        var sum = ways[state];
        var (next, beyond) = (state + side, state + (2 * side));
        if (next >= 0 && next < ways.Length)
        {
            sum = LogSum(sum, ways[next]);
        }

        return state % 2 == 1 && beyond >= 0 && beyond < ways.Length && LabelOf(state, target) != LabelOf(beyond, target)
            ? LogSum(sum, ways[beyond])
            : sum;
    }

    /// <summary>The label of a state: every second one is blank.</summary>
    private int LabelOf(int state, Symbols target) => state % 2 == 0 ? width - 1 : target[state / 2];

    /// <summary>The logarithm of the sum of two numbers that are given as logarithms.</summary>
    private static double LogSum(double one, double other)
    {
        var (large, small) = one > other ? (one, other) : (other, one);
        return double.IsNegativeInfinity(small) ? large : large + Math.Log(1 + Math.Exp(small - large));
    }
}

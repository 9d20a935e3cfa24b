using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Training.Vectors;

/// <summary>One entry of a model's state, in the order and under the name PyTorch's <c>state_dict</c> gives it.</summary>
/// <param name="Name">Name such as <c>conv1.weight</c>.</param>
/// <param name="Shape">Dimensions; empty for a scalar.</param>
public abstract record StateEntry(string Name, int[] Shape);

/// <summary>A tensor inside the flat state vector.</summary>
/// <param name="Name">Name such as <c>conv1.weight</c>.</param>
/// <param name="Shape">Dimensions.</param>
/// <param name="Offset">First element in the flat vector, a multiple of 16 (64 bytes).</param>
/// <param name="Length">Number of elements.</param>
/// <param name="Initial">How the values are drawn at the start of a run.</param>
/// <param name="Order">How the elements lie in the vector.</param>
public sealed record Segment(string Name, int[] Shape, int Offset, int Length, InitialValue Initial, StorageOrder Order) : StateEntry(Name, Shape);

/// <summary>
/// How a tensor's elements lie in the vector: in PyTorch's row-major order, cut into blocks of <paramref name="Rows"/> x <paramref name="Columns"/> each of which is
/// transposed. The sums that read a tensor then find what they need side by side; files and initial weights keep PyTorch's order.
/// </summary>
public readonly record struct StorageOrder(int Rows, int Columns)
{
    /// <summary>PyTorch's own order.</summary>
    public static StorageOrder RowMajor { get; } = new(1, 1);

    /// <summary>Puts elements in PyTorch's order where they belong.</summary>
    public void Store(ReadOnlySpan<float> elements, Span<float> stored) => Transpose(elements, stored, Rows, Columns);

    /// <summary>The reverse of <see cref="Store"/>.</summary>
    public void Load(ReadOnlySpan<float> stored, Span<float> elements) => Transpose(stored, elements, Columns, Rows);

    private static void Transpose(ReadOnlySpan<float> from, Span<float> to, int rows, int columns)
    {
        for (var block = 0; block < from.Length; block += rows * columns)
        {
            for (var row = 0; row < rows; row++)
            {
                for (var column = 0; column < columns; column++)
                {
                    to[block + (column * rows) + row] = from[block + (row * columns) + column];
                }
            }
        }
    }
}

/// <summary>A 64-bit count of the batches folded into the running statistics. Derived from the step, so it is not in the vector.</summary>
/// <param name="Name">Name such as <c>batch_norm1.num_batches_tracked</c>.</param>
public sealed record BatchCounter(string Name) : StateEntry(Name, []);

/// <summary>Initial values: uniform in [-<paramref name="Bound"/>, <paramref name="Bound"/>), or <paramref name="Constant"/> when the bound is 0.</summary>
public readonly record struct InitialValue(float Bound, float Constant)
{
    /// <summary>PyTorch's default for linear and convolution layers: uniform within 1/sqrt(inputs of one output).</summary>
    public static InitialValue FanIn(int fanIn) => new(1f / MathF.Sqrt(fanIn), 0);

    /// <summary>Every element the same.</summary>
    public static InitialValue Of(float constant) => new(0, constant);
}

/// <summary>
/// Where each tensor of a model lies in the run's flat vectors: first all trained parameters, then the running statistics.
/// Gradients use the same layout, with batch statistics in place of running ones. Gaps between segments are zero.
/// </summary>
public sealed class ParameterLayout
{
    private readonly Dictionary<string, Segment> _byName;

    private ParameterLayout(IReadOnlyList<StateEntry> entries, int parameterLength, int length)
    {
        Entries = entries;
        ParameterLength = parameterLength;
        Length = length;
        _byName = Segments.ToDictionary(segment => segment.Name);
        var text = string.Join('\n', Segments.Select(segment => string.Create(
            CultureInfo.InvariantCulture, $"{segment.Name} {segment.Offset} {segment.Length} {segment.Order.Rows}x{segment.Order.Columns}")));
        Digest = (long)XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>All entries in <c>state_dict</c> order.</summary>
    public IReadOnlyList<StateEntry> Entries { get; }

    /// <summary>The entries that lie in the vector, in <c>state_dict</c> order.</summary>
    public IEnumerable<Segment> Segments => Entries.OfType<Segment>();

    /// <summary>Elements that the optimizer trains, padding included.</summary>
    public int ParameterLength { get; }

    /// <summary>Elements of the whole vector: parameters and running statistics.</summary>
    public int Length { get; }

    /// <summary>What layouts have in common in which every element has the same place.</summary>
    public long Digest { get; }

    /// <summary>Whether the optimizer trains a segment; the others are running statistics.</summary>
    public bool IsTrained(Segment segment) => segment.Offset < ParameterLength;

    /// <summary>The segment called <paramref name="name"/>.</summary>
    public Segment this[string name] => _byName[name];

    /// <summary>Makes sure that a state lies in this layout.</summary>
    /// <exception cref="InvalidInputException">It lies in another one.</exception>
    public void Check(TrainingState state) => InvalidInputException.Require(
        state.Layout == Digest, "The state was stored by a build of this program that lays the model's parameters out in another order: go on with that build.");

    /// <summary>Collects entries in <c>state_dict</c> order and then places them.</summary>
    public sealed class Builder
    {
        private const int Alignment = 16;
        private const int MostElements = 1 << 28;
        private readonly List<(StateEntry Entry, bool Trained)> _entries = [];

        /// <summary>Adds a trained tensor.</summary>
        public Builder Parameter(string name, int[] shape, InitialValue initial, StorageOrder? order = null) => Add(name, shape, initial, order, trained: true);

        /// <summary>Adds a running statistic.</summary>
        public Builder Statistic(string name, int[] shape, InitialValue initial) => Add(name, shape, initial, null, trained: false);

        /// <summary>Adds a batch counter.</summary>
        public Builder Counter(string name)
        {
            _entries.Add((new BatchCounter(name), false));
            return this;
        }

        /// <summary>Adds weight and bias of a layer in which each output has <paramref name="fanIn"/> inputs.</summary>
        public Builder Layer(string name, int[] weight, int fanIn, StorageOrder? order = null) => this
            .Parameter($"{name}.weight", weight, InitialValue.FanIn(fanIn), order)
            .Parameter($"{name}.bias", [weight[0]], InitialValue.FanIn(fanIn));

        /// <summary>Adds the five entries of a batch normalisation over <paramref name="channels"/> channels.</summary>
        public Builder BatchNorm(string name, int channels) => this
            .Parameter($"{name}.weight", [channels], InitialValue.Of(1))
            .Parameter($"{name}.bias", [channels], InitialValue.Of(0))
            .Statistic($"{name}.running_mean", [channels], InitialValue.Of(0))
            .Statistic($"{name}.running_var", [channels], InitialValue.Of(1))
            .Counter($"{name}.num_batches_tracked");

        /// <summary>Places the entries.</summary>
        public ParameterLayout Build()
        {
            var placed = new StateEntry[_entries.Count];
            var parameterLength = Place(placed, trained: true, 0);
            var length = Place(placed, trained: false, parameterLength);
            return new ParameterLayout(placed, parameterLength, length);
        }

        private Builder Add(string name, int[] shape, InitialValue initial, StorageOrder? order, bool trained)
        {
            var length = shape.Aggregate(1L, (product, size) => product * size);
            InvalidInputException.Require(length <= MostElements, $"The tensor {name} would have {length} elements, and may have {MostElements}: choose a smaller model or smaller images.");
            _entries.Add((new Segment(name, shape, 0, (int)length, initial, order ?? StorageOrder.RowMajor), trained));
            return this;
        }

        private int Place(StateEntry[] placed, bool trained, int offset)
        {
            for (var i = 0; i < placed.Length; i++)
            {
                if (_entries[i].Entry is not Segment segment)
                {
                    placed[i] = _entries[i].Entry;
                }
                else if (_entries[i].Trained == trained)
                {
                    placed[i] = segment with { Offset = offset };
                    offset += (segment.Length + Alignment - 1) / Alignment * Alignment;
                }
            }

            return offset;
        }
    }
}

using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Training.Vectors;

/// <summary>
/// One entry of a model's state, with the name and in the order of PyTorch's <c>state_dict</c>.
/// </summary>
/// <param name="Name">Name such as <c>conv1.weight</c>.</param>
/// <param name="Shape">Dimensions; empty for a scalar.</param>
public abstract record StateEntry(string Name, int[] Shape);

/// <summary>The place of a tensor in the flat vector of the state.</summary>
/// <param name="Name">Name such as <c>conv1.weight</c>.</param>
/// <param name="Shape">Dimensions.</param>
/// <param name="Offset">First element in the flat vector, a multiple of 16 (64 bytes).</param>
/// <param name="Length">Number of elements.</param>
/// <param name="Initial">The distribution from which the first values are drawn.</param>
/// <param name="Order">The order of the elements in the vector.</param>
public sealed record Segment(string Name, int[] Shape, int Offset, int Length, InitialValue Initial, StorageOrder Order) : StateEntry(Name, Shape)
{
    /// <summary>The tensor's bytes for a file, in PyTorch's order.</summary>
    /// <param name="vector">The whole vector.</param>
    public byte[] BytesOf(ReadOnlySpan<float> vector)
    {
        var bytes = new byte[Length * sizeof(float)];
        Order.Load(vector.Slice(Offset, Length), MemoryMarshal.Cast<byte, float>(bytes.AsSpan()));
        return bytes;
    }
}

/// <summary>
/// The order of a tensor's elements in the vector. The tensor in PyTorch's row-major order is cut
/// into blocks of <paramref name="Rows"/> x <paramref name="Columns"/>, and each block is
/// transposed. A sum that reads the tensor then finds its operands side by side. Files and initial
/// weights keep PyTorch's order.
/// </summary>
/// <param name="Rows">Rows of a block before it is transposed.</param>
/// <param name="Columns">Columns of a block before it is transposed.</param>
public readonly record struct StorageOrder(int Rows, int Columns)
{
    /// <summary>PyTorch's own order: nothing is transposed.</summary>
    public static StorageOrder RowMajor { get; } = new(1, 1);

    /// <summary>Copies elements from PyTorch's order to storage order.</summary>
    public void Store(ReadOnlySpan<float> elements, Span<float> stored) => Transpose(elements, stored, Rows, Columns);

    /// <summary>Copies elements from storage order to PyTorch's order.</summary>
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

/// <summary>
/// A 64-bit counter of the batches that the running statistics contain. It follows from the step,
/// so it takes no place in the vector.
/// </summary>
/// <param name="Name">Name such as <c>batch_norm1.num_batches_tracked</c>.</param>
public sealed record BatchCounter(string Name) : StateEntry(Name, []);

/// <summary>
/// The initial values of a tensor: uniform in [-<paramref name="Bound"/>,
/// <paramref name="Bound"/>), or <paramref name="Constant"/> if the bound is 0.
/// </summary>
/// <param name="Bound">Bound of the uniform distribution, or 0.</param>
/// <param name="Constant">The value of every element if the bound is 0.</param>
public readonly record struct InitialValue(float Bound, float Constant)
{
    /// <summary>
    /// PyTorch's default for linear and convolution layers: uniform within 1 / sqrt(inputs per
    /// output).
    /// </summary>
    /// <param name="fanIn">Number of inputs of one output.</param>
    public static InitialValue FanIn(int fanIn) => new(1f / MathF.Sqrt(fanIn), 0);

    /// <summary>The same value for every element.</summary>
    public static InitialValue Of(float constant) => new(0, constant);
}

/// <summary>
/// Draws the initial values of a model. Equal seeds and layouts must give equal bits everywhere.
/// </summary>
/// <param name="seed">The seed of the run.</param>
/// <param name="layout">The model's layout.</param>
/// <param name="values">Receives the values in storage order; as long as the layout.</param>
public delegate void InitialDraw(long seed, ParameterLayout layout, Span<float> values);

/// <summary>
/// The place of each tensor of a model in the flat vectors of a run: first all trained parameters,
/// then the running statistics. Gradients have the same layout, with batch statistics in the place
/// of running statistics. Padding between segments is zero.
/// </summary>
public sealed class ParameterLayout
{
    private readonly Dictionary<string, Segment> _byName;

    private ParameterLayout(IReadOnlyList<StateEntry> entries, int parameterLength, int length, InitialDraw? initial)
    {
        Entries = entries;
        Initial = initial;
        ParameterLength = parameterLength;
        Length = length;
        _byName = Segments.ToDictionary(segment => segment.Name);
        var text = string.Join('\n', Segments.Select(segment => string.Create(
            CultureInfo.InvariantCulture, $"{segment.Name} {segment.Offset} {segment.Length} {segment.Order.Rows}x{segment.Order.Columns}")));
        Digest = (long)XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>All entries in <c>state_dict</c> order.</summary>
    public IReadOnlyList<StateEntry> Entries { get; }

    /// <summary>The entries that have a place in the vector, in <c>state_dict</c> order.</summary>
    public IEnumerable<Segment> Segments => Entries.OfType<Segment>();

    /// <summary>
    /// Draws the initial values of a model that has its own way to do it; null if they are drawn
    /// from <see cref="Segment.Initial"/>.
    /// </summary>
    public InitialDraw? Initial { get; }

    /// <summary>Number of elements that the optimizer trains, padding included.</summary>
    public int ParameterLength { get; }

    /// <summary>
    /// Number of elements of the whole vector: parameters, running statistics and padding.
    /// </summary>
    public int Length { get; }

    /// <summary>
    /// Hash of the places and storage orders of all segments. Equal layouts have equal digests.
    /// </summary>
    public long Digest { get; }

    /// <summary>
    /// Whether the optimizer trains a segment; other segments are running statistics.
    /// </summary>
    public bool IsTrained(Segment segment) => segment.Offset < ParameterLength;

    /// <summary>The segment called <paramref name="name"/>.</summary>
    /// <exception cref="KeyNotFoundException">The model has no such segment.</exception>
    public Segment this[string name] => _byName[name];

    /// <summary>Checks that a state has this layout.</summary>
    /// <exception cref="InvalidInputException">The state has another layout.</exception>
    public void Check(TrainingState state) => InvalidInputException.Require(
        state.Layout == Digest, "The state was stored by a build of this program that lays the model's parameters out in another order: go on with that build.");

    /// <summary>
    /// Collects the entries in <c>state_dict</c> order, and then gives each its place.
    /// </summary>
    public sealed class Builder
    {
        private const int Alignment = 16;
        private const int MostElements = 1 << 28;
        private readonly List<(StateEntry Entry, bool Trained)> _entries = [];
        private long _elements;

        /// <summary>Adds a trained tensor.</summary>
        /// <exception cref="InvalidInputException">The model would have too many
        /// elements.</exception>
        public Builder Parameter(string name, int[] shape, InitialValue initial, StorageOrder? order = null) => Add(name, shape, initial, order, trained: true);

        /// <summary>Adds a running statistic.</summary>
        /// <exception cref="InvalidInputException">The model would have too many
        /// elements.</exception>
        public Builder Statistic(string name, int[] shape, InitialValue initial) => Add(name, shape, initial, null, trained: false);

        /// <summary>Adds a batch counter.</summary>
        public Builder Counter(string name)
        {
            _entries.Add((new BatchCounter(name), false));
            return this;
        }

        /// <summary>
        /// Adds weight and bias of a layer in which each output has <paramref name="fanIn"/>
        /// inputs.
        /// </summary>
        /// <exception cref="InvalidInputException">The model would have too many
        /// elements.</exception>
        public Builder Layer(string name, int[] weight, int fanIn, StorageOrder? order = null) => this
            .Parameter($"{name}.weight", weight, InitialValue.FanIn(fanIn), order)
            .Parameter($"{name}.bias", [weight[0]], InitialValue.FanIn(fanIn));

        /// <summary>
        /// Adds the five entries of a batch normalisation over <paramref name="channels"/>
        /// channels.
        /// </summary>
        public Builder BatchNorm(string name, int channels) => this
            .Parameter($"{name}.weight", [channels], InitialValue.Of(1))
            .Parameter($"{name}.bias", [channels], InitialValue.Of(0))
            .Statistic($"{name}.running_mean", [channels], InitialValue.Of(0))
            .Statistic($"{name}.running_var", [channels], InitialValue.Of(1))
            .Counter($"{name}.num_batches_tracked");

        /// <summary>Gives each entry its place, and makes the layout.</summary>
        /// <param name="initial">
        /// Draws the initial values. Default: each tensor is drawn from its own distribution.
        /// </param>
        public ParameterLayout Build(InitialDraw? initial = null)
        {
            var placed = new StateEntry[_entries.Count];
            var parameterLength = Place(placed, trained: true, 0);
            var length = Place(placed, trained: false, parameterLength);
            return new ParameterLayout(placed, parameterLength, length, initial);
        }

        private Builder Add(string name, int[] shape, InitialValue initial, StorageOrder? order, bool trained)
        {
            var length = shape.Aggregate(1L, (product, size) => product * size);
            _elements += length;
            InvalidInputException.Require(
                _elements <= MostElements, $"The model would have {_elements} elements with the tensor {name}, and may have {MostElements}: choose a smaller model or smaller images.");
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

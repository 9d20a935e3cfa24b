using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Mnist.Distributed.Training.Vectors;

/// <summary>
/// Rows of floats that are filled anew for every batch, and a tensor over the first n of them. The tensors are made once per n:
/// wrapping memory in a tensor costs more than filling a small one.
/// </summary>
/// <param name="capacity">Most rows.</param>
/// <param name="width">Floats of a row.</param>
public sealed class RowBuffer(int capacity, int width) : IDisposable
{
    private readonly FlatVector _floats = new(capacity * width);
    private readonly Dictionary<int, Tensor> _views = [];

    /// <summary>All floats, row by row.</summary>
    public Span<float> Span => _floats.Span;

    /// <summary>The floats of one row.</summary>
    public Span<float> Row(int row) => _floats.Span.Slice(row * width, width);

    /// <summary>The first <paramref name="rows"/> rows as a tensor, rows x width; it belongs to the buffer.</summary>
    public Tensor First(int rows)
    {
        ref var view = ref CollectionsMarshal.GetValueRefOrAddDefault(_views, rows, out _);
        return view ??= _floats.View(0, [rows, width]).DetachFromDisposeScope();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var view in _views.Values)
        {
            view.Dispose();
        }

        _views.Clear();
    }
}

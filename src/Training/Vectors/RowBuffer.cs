using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Mnist.Distributed.Training.Vectors;

/// <summary>
/// Rows of floats that every batch fills anew, with a tensor over the first n rows. The tensor for
/// each n is made once and kept, because making a tensor over memory costs more than filling a
/// small one.
/// </summary>
/// <param name="capacity">Largest number of rows.</param>
/// <param name="width">Floats per row.</param>
/// <param name="row">The shape of a row in the tensors. Default: one dimension.</param>
public sealed class RowBuffer(int capacity, int width, long[]? row = null) : IDisposable
{
    private readonly FlatVector _floats = new(capacity * width);
    private readonly Dictionary<int, Tensor> _views = [];

    /// <summary>All floats, row by row.</summary>
    public Span<float> Span => _floats.Span;

    /// <summary>The floats of one row.</summary>
    public Span<float> Row(int number) => _floats.Span.Slice(number * width, width);

    /// <summary>
    /// The first <paramref name="rows"/> rows as a tensor, rows x the shape of a row. The buffer
    /// owns the tensor.
    /// </summary>
    public Tensor First(int rows)
    {
        ref var view = ref CollectionsMarshal.GetValueRefOrAddDefault(_views, rows, out _);
        return view ??= _floats.View(0, [rows, .. row ?? [width]]).DetachFromDisposeScope();
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

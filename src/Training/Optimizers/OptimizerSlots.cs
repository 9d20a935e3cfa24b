namespace Mnist.Distributed.Training.Optimizers;

/// <summary>The slots of a slice of the parameters.</summary>
public readonly ref struct OptimizerSlots
{
    private readonly Span<float> _all;
    private readonly int _stride;
    private readonly int _first;
    private readonly int _length;

    /// <summary>The slots of all parameters.</summary>
    /// <param name="all">Slot after slot, each as long as the parameters.</param>
    /// <param name="parameters">Number of parameters.</param>
    public OptimizerSlots(Span<float> all, int parameters)
        : this(all, parameters, 0, parameters)
    {
    }

    private OptimizerSlots(Span<float> all, int stride, int first, int length)
    {
        _all = all;
        _stride = stride;
        _first = first;
        _length = length;
    }

    /// <summary>One slot of the slice, an element for each parameter.</summary>
    public Span<float> this[int slot] => _all.Slice((slot * _stride) + _first, _length);

    /// <summary>The slots of a part of the slice.</summary>
    public OptimizerSlots Slice(int first, int length) => new(_all, _stride, _first + first, length);
}

namespace Mnist.Distributed.Training.Optimizers;

/// <summary>
/// The optimizer's numbers for a slice of the parameters. A slot is one float for each parameter,
/// such as the velocity of SGD.
/// </summary>
public readonly ref struct OptimizerSlots
{
    private readonly Span<float> _all;
    private readonly int _stride;
    private readonly int _first;
    private readonly int _length;

    /// <summary>The slots of all parameters.</summary>
    /// <param name="all">The slots one after the other, each as long as the parameters.</param>
    /// <param name="parameters">Number of parameters, padding included.</param>
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

    /// <summary>One slot of the slice: one float for each parameter of the slice.</summary>
    public Span<float> this[int slot] => _all.Slice((slot * _stride) + _first, _length);

    /// <summary>The slots of a part of the slice.</summary>
    /// <param name="first">First parameter of the part, counted from the start of the
    /// slice.</param>
    /// <param name="length">Number of parameters of the part.</param>
    public OptimizerSlots Slice(int first, int length) => new(_all, _stride, _first + first, length);
}

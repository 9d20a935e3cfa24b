using System.Diagnostics;

namespace Mnist.Distributed.Grains.Telemetry;

/// <summary>
/// A span that is the current one until this value is disposed. So what is measured and logged
/// meanwhile refers to the span.
/// </summary>
public readonly struct CurrentSpan : IDisposable
{
    private readonly Activity? _span;
    private readonly Activity? _before;

    /// <summary>Makes a span the current one.</summary>
    /// <param name="span">The span; null changes nothing.</param>
    public CurrentSpan(Activity? span)
    {
        _span = span;
        _before = span is null ? null : Activity.Current;
        if (span is not null)
        {
            Activity.Current = span;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_span is not null)
        {
            Activity.Current = _before;
        }
    }
}

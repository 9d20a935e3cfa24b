namespace Mnist.Distributed.Training.Data;

/// <summary>
/// The resampling of one axis: each new pixel is a weighted mean of old ones. An axis that shrinks
/// takes the mean over the area of the new pixel; an axis that grows is interpolated linearly
/// between the centres of the pixels. All weights are whole numbers, so the result is exact.
/// </summary>
/// <param name="from">Old number of pixels.</param>
/// <param name="to">New number of pixels.</param>
internal sealed class ResamplingAxis(int from, int to)
{
    private readonly (int First, int[] Weights)[] _taps =
        [.. Enumerable.Range(0, to).Select(pixel => to > from ? Between(pixel, from, to) : Area(pixel, from, to))];

    /// <summary>New number of pixels.</summary>
    public int Count => to;

    /// <summary>The sum of the weights of each new pixel.</summary>
    public long Total => to > from ? 2L * to : from;

    /// <summary>The first old pixel of a new one, and the weights from there on.</summary>
    public (int First, int[] Weights) this[int pixel] => _taps[pixel];

    /// <summary>
    /// In units of 1/to of an old pixel, a new pixel is <c>from</c> units long, an old one
    /// <c>to</c>.
    /// </summary>
    private static (int First, int[] Weights) Area(int pixel, int from, int to)
    {
        long begin = (long)pixel * from;
        long end = begin + from;
        int first = (int)(begin / to);
        int last = (int)((end - 1) / to);
        int[] weights = new int[last - first + 1];
        for (int old = first; old <= last; old++)
        {
            weights[old - first] = (int)(Math.Min(end, (old + 1L) * to) - Math.Max(begin, (long)old * to));
        }

        return (first, weights);
    }

    /// <summary>
    /// In units of 1/(2 to) of an old pixel, the centre of a new pixel is at (2 pixel + 1) from.
    /// </summary>
    private static (int First, int[] Weights) Between(int pixel, int from, int to)
    {
        int unit = 2 * to;
        int centre = Math.Clamp((((2 * pixel) + 1) * from) - to, 0, unit * (from - 1));
        int first = centre / unit;
        int rest = centre % unit;
        return rest == 0 ? (first, [unit]) : (first, [unit - rest, rest]);
    }
}

namespace Mnist.Distributed.Training.Data;

/// <summary>The round tip that draws a stroke.</summary>
/// <param name="Radius">Half the stroke width in pixels, measured where the coverage is 50
/// %.</param>
/// <param name="Blur">Half the width of the soft edge in pixels.</param>
/// <param name="Ink">True: the pen writes. False: the pen erases.</param>
internal readonly record struct Pen(double Radius, double Blur, bool Ink);

/// <summary>
/// Draws anti-aliased curves into a square grey image of <see cref="SyntheticDigits.Side"/> x
/// <see cref="SyntheticDigits.Side"/> pixels.
/// </summary>
/// <remarks>The centres of the pixels have integer coordinates.</remarks>
/// <param name="ink">[28, 28] row-major pixels: 0 = background, 1 = full ink.</param>
internal readonly ref struct Canvas(Span<double> ink)
{
    private const int StepsPerArc = 5;

    private readonly Span<double> _ink = ink;

    /// <summary>
    /// Draws the quadratic B-spline of a control polygon; <see cref="DigitStrokes"/> says what that
    /// is.
    /// </summary>
    public void Curve(ReadOnlySpan<(double X, double Y)> points, Pen pen)
    {
        var (start, from) = (points[0], points[0]);
        if (points.Length == 2)
        {
            Segment(from, points[1], pen);
        }

        for (var i = 1; i < points.Length - 1; i++)
        {
            var (control, next) = (points[i], points[i + 1]);
            var end = i == points.Length - 2 ? next : ((control.X + next.X) / 2, (control.Y + next.Y) / 2);
            for (var step = 1; step <= StepsPerArc; step++)
            {
                var t = (double)step / StepsPerArc;
                var to = Mix(Mix(start, control, t), Mix(control, end, t), t);
                Segment(from, to, pen);
                from = to;
            }

            start = end;
        }
    }

    private static (double X, double Y) Mix((double X, double Y) a, (double X, double Y) b, double t) =>
        (a.X + (t * (b.X - a.X)), a.Y + (t * (b.Y - a.Y)));

    /// <summary>
    /// Draws a line segment. It visits only the pixels in the bounding box of the soft edge.
    /// </summary>
    private void Segment((double X, double Y) a, (double X, double Y) b, Pen pen)
    {
        var (dx, dy) = (b.X - a.X, b.Y - a.Y);
        var scale = 1 / Math.Max((dx * dx) + (dy * dy), 1e-12);
        var reach = pen.Radius + pen.Blur;
        var (x0, x1) = (FirstPixel(Math.Min(a.X, b.X) - reach), LastPixel(Math.Max(a.X, b.X) + reach));
        var (y0, y1) = (FirstPixel(Math.Min(a.Y, b.Y) - reach), LastPixel(Math.Max(a.Y, b.Y) + reach));
        for (var y = y0; y <= y1; y++)
        {
            for (var x = x0; x <= x1; x++)
            {
                var (px, py) = (x - a.X, y - a.Y);
                var along = Math.Clamp(((px * dx) + (py * dy)) * scale, 0, 1);
                var (ex, ey) = (px - (along * dx), py - (along * dy));
                var square = (ex * ex) + (ey * ey);
                if (square >= reach * reach)
                {
                    continue;
                }

                var edge = Math.Min((reach - Math.Sqrt(square)) / (2 * pen.Blur), 1);
                var coverage = edge * edge * (3 - (2 * edge));

                // The strongest mark of a pixel counts, not the sum, so that joints and crossings
                // do not show.
                ref var pixel = ref _ink[(y * SyntheticDigits.Side) + x];
                pixel = pen.Ink ? Math.Max(pixel, coverage) : Math.Min(pixel, 1 - coverage);
            }
        }
    }

    private static int FirstPixel(double coordinate) => Math.Max((int)coordinate, 0);

    private static int LastPixel(double coordinate) => Math.Min((int)coordinate, SyntheticDigits.Side - 1);
}

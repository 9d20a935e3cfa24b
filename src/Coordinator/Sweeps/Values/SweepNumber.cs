using System.Globalization;

namespace Mnist.Distributed.Coordinator.Sweeps.Values;

/// <summary>
/// The numbers of ranges. They are decimal, so a range of tenths has exactly the values that a
/// reader expects.
/// </summary>
internal static class SweepNumber
{
    /// <summary>Numbers outside are of no use, and are not exact.</summary>
    private const double Smallest = 1e-20, Largest = 1e20;

    /// <summary>Reads a number; null if the text is none.</summary>
    public static decimal? Read(string text) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number)
        && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var size)
        && (size == 0 || Math.Abs(size) is >= Smallest and <= Largest)
            ? number
            : null;

    /// <summary>
    /// Whether a number is written as a whole one: without a point or an exponent.
    /// </summary>
    public static bool IsWhole(string text) => text.AsSpan().IndexOfAny(".eE") < 0;

    /// <summary>The number as on a command line, without needless zeros.</summary>
    public static string Text(decimal number) => number.ToString("0.############################", CultureInfo.InvariantCulture);

    /// <summary>
    /// A drawn number with four digits. So a reader can take it in, and the last bits of a
    /// logarithm, which differ between machines, do not matter.
    /// </summary>
    public static decimal Rounded(double number) => decimal.Parse(number.ToString("E3", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture);
}

using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Sweeps;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Coordinator.Sweeps.Values;

/// <summary>
/// Reads the values of an option of <c>mnist sweep</c>: single values and ranges, with commas
/// between them. <c>A..B</c> has the whole numbers from A to B, <c>A..B:STEP</c> goes by steps,
/// and <c>A..B:xF</c> multiplies by F. A range without a step that is not one of whole numbers is
/// drawn from, as is <c>A..B:log</c>.
/// </summary>
internal static class SweepValues
{
    private const string Dots = "..";
    private const string Logarithmic = "log";

    /// <summary>Reads a text.</summary>
    /// <param name="option">The option, for messages.</param>
    /// <param name="text">The text.</param>
    /// <param name="separator">The letter between values.</param>
    /// <param name="mayDraw">Whether values may be drawn at random.</param>
    /// <exception cref="InvalidInputException">The text is not of this form.</exception>
    public static ValueSource Read(string option, string text, char separator, bool mayDraw)
    {
        var parts = text.Split(separator);
        if (mayDraw && parts is [var only] && Drawn(option, only) is { } drawn)
        {
            return drawn;
        }

        var values = new List<string>();
        foreach (var part in parts)
        {
            Require(part.Length > 0 && part.Trim() == part, $"{option} {Shown(text)} has an empty value or a space at a {Name(separator)}: write values such as 1{separator}2{separator}3.");
            values.AddRange(Range(option, part, mayDraw) ?? [part]);
            Require(values.Count <= SweepPlan.MostTrials, $"{option} {Shown(text)} has more than {SweepPlan.MostTrials:N0} values: choose a larger step, or draw some of them with --random N.");
        }

        var twice = values.GroupBy(value => SweepNumber.Read(value) is { } number ? SweepNumber.Text(number) : value).FirstOrDefault(same => same.Count() > 1)?.Key;
        Require(twice is null, $"{option} {Shown(text)} has the value {twice} twice: leave one out.");
        return new ValueSource.Listed(values);
    }

    /// <summary>The range that values are drawn from; null if the part is not one.</summary>
    private static ValueSource.Drawn? Drawn(string option, string part) =>
        Parse(option, part) is { } range && range.Step is null or Logarithmic
            ? new ValueSource.Drawn(range.Low, range.High, range.IsWhole, range.Step == Logarithmic)
            : null;

    /// <summary>The values of a range; null if the part is a single value.</summary>
    private static IEnumerable<string>? Range(string option, string part, bool mayDraw)
    {
        if (Parse(option, part) is not { } range)
        {
            return null;
        }

        Require(range.Step != Logarithmic, mayDraw ? $"{option} {Shown(part)} is drawn from, so it cannot stand beside other values: give it alone." : $"{option} {Shown(part)} is drawn from: say how many trials there are with --random N, or write {range.LowText}..{range.HighText}:x10 for fixed values.");
        Require(range.Step is not null || range.IsWhole, $"{option} {Shown(part)} has no step: write {range.LowText}..{range.HighText}:STEP, or :x10 to multiply{(mayDraw ? "" : ", or draw values with --random N")}.");
        return Steps(range, Factor(option, part, range), Step(option, part, range)).Select(SweepNumber.Text);
    }

    private static IEnumerable<decimal> Steps(NumberRange range, decimal? factor, decimal step)
    {
        // A range beyond the most values ends there, and is refused.
        var count = 0;
        for (var value = range.Low; value <= range.High && count <= SweepPlan.MostTrials; value = factor is { } by ? value * by : value + step)
        {
            count++;
            yield return value;
        }
    }

    private static decimal? Factor(string option, string part, NumberRange range)
    {
        if (range.Step is not ['x', .. var text])
        {
            return null;
        }

        Require(SweepNumber.Read(text) is > 1, $"{option} {Shown(part)} must multiply by a number above 1, such as x10.");
        Require(range.Low > 0, $"{option} {Shown(part)} multiplies, so it must begin above 0.");
        return SweepNumber.Read(text);
    }

    private static decimal Step(string option, string part, NumberRange range)
    {
        if (range.Step is null or ['x', ..])
        {
            return 1;
        }

        var step = SweepNumber.Read(range.Step);
        Require(step is > 0, $"{option} {Shown(part)} must have a step above 0 after the colon, or x and a factor, such as {range.LowText}..{range.HighText}:x10.");
        return step!.Value;
    }

    /// <summary>The range of a part; null if the part is a single value.</summary>
    /// <exception cref="InvalidInputException">
    /// The part looks like a range, but is none.
    /// </exception>
    private static NumberRange? Parse(string option, string part)
    {
        var at = part.IndexOf(Dots, StringComparison.Ordinal);
        if (at < 0)
        {
            return null;
        }

        var (first, rest) = (part[..at], part[(at + Dots.Length)..].Split(':', 2));
        var (low, high) = (SweepNumber.Read(first), SweepNumber.Read(rest[0]));
        Require(low is not null && high is not null, $"{option} {Shown(part)} must go from a number to a number, such as 1..4 or 0.1..0.5:0.1.");
        Require(low <= high, $"{option} {Shown(part)} goes backwards: write {Printable.Of(rest[0], 40)}..{Printable.Of(first, 40)}.");
        var range = new NumberRange(low!.Value, high!.Value, first, rest[0], rest.Length > 1 ? rest[1] : null);
        Require(range.Step != Logarithmic || range.Low > 0, $"{option} {Shown(part)} is logarithmic, so it must begin above 0.");
        return range;
    }

    private static string Shown(string text) => Printable.Of(text, 60);

    private static string Name(char separator) => separator == ',' ? "comma" : "semicolon";

    /// <summary>A range of numbers as it is written.</summary>
    private sealed record NumberRange(decimal Low, decimal High, string LowText, string HighText, string? Step)
    {
        public bool IsWhole => SweepNumber.IsWhole(LowText) && SweepNumber.IsWhole(HighText);
    }
}

using System.Globalization;
using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Coordinator.Terminal;

/// <summary>Spans of time in a few letters, such as <c>42 s</c> or <c>3 d</c>.</summary>
internal static class ShortTime
{
    private const string Letters = "smhdw";

    private static readonly TimeSpan[] Units = [TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), TimeSpan.FromHours(1), TimeSpan.FromDays(1), TimeSpan.FromDays(7)];

    /// <summary>
    /// A span for people: two units of time at most, the second one rounded down.
    /// </summary>
    public static string Of(TimeSpan span) => span < TimeSpan.Zero ? "0 s"
        : span < TimeSpan.FromSeconds(10) ? Line($"{span.TotalSeconds:F1} s")
        : span < TimeSpan.FromMinutes(1) ? Line($"{(int)span.TotalSeconds} s")
        : span < TimeSpan.FromHours(1) ? Line($"{span.Minutes} m {span.Seconds} s")
        : span < TimeSpan.FromDays(1) ? Line($"{span.Hours} h {span.Minutes} m")
        : Line($"{(int)span.TotalDays} d {span.Hours} h");

    /// <summary>How long ago something was, in one unit of time.</summary>
    public static string Ago(TimeSpan span)
    {
        var unit = Enumerable.Range(0, 4).LastOrDefault(at => span >= Units[at]);
        return Line($"{(long)Math.Max(0, span / Units[unit])} {Letters[unit]}");
    }

    /// <summary>Reads a span that a user has written, such as <c>30d</c>.</summary>
    /// <param name="text">A whole number and s, m, h, d or w.</param>
    /// <param name="option">The option, for the message.</param>
    /// <exception cref="InvalidInputException">The text is no such span.</exception>
    public static TimeSpan Parse(string text, string option)
    {
        var unit = text.Length > 0 ? Letters.IndexOf(text[^1], StringComparison.Ordinal) : -1;
        return unit >= 0 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && Units[unit].TotalDays * number < 36_500
            ? Units[unit] * number
            : throw new InvalidInputException($"{option} must be a number with s, m, h, d or w, such as 30d for 30 days, but is '{Printable.Of(text, 40)}'.");
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using System.Globalization;

namespace Mnist.Distributed.Grains.Hosting.Border;

/// <summary>
/// Text from elsewhere (a name, a file's path, the message of another process) as it may be shown on a terminal or in a line of a log: one line, without characters
/// that move the cursor, colour the text or change its direction.
/// </summary>
public static class Printable
{
    private const char Replacement = '?';

    /// <summary>Whether a text can be shown as it is.</summary>
    public static bool Is(string text) => text.All(IsPrintable);

    /// <summary>The text on one line; what cannot be shown becomes a question mark, line feeds and tabs become spaces.</summary>
    public static string Of(string text) => Is(text)
        ? text
        : string.Create(text.Length, text, (shown, given) =>
        {
            for (var i = 0; i < shown.Length; i++)
            {
                shown[i] = IsPrintable(given[i]) ? given[i] : char.IsWhiteSpace(given[i]) ? ' ' : Replacement;
            }
        });

    private static bool IsPrintable(char letter) => char.GetUnicodeCategory(letter)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}

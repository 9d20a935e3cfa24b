using System.Globalization;

namespace Mnist.Distributed.Contracts;

/// <summary>
/// Makes text from outside (a name, the path of a file, the message of another process) safe to
/// show on a terminal or in a line of a log: the text becomes one line of limited length, without
/// characters that move the cursor, colour the text or change its direction.
/// </summary>
public static class Printable
{
    /// <summary>
    /// The limit for a whole sentence, in characters. A sentence quotes several names, so its limit
    /// is higher than the limit for a name.
    /// </summary>
    public const int Sentence = 2_000;

    private const int Name = 400;
    private const char Replacement = '?';

    /// <summary>Whether a text can be shown unchanged. The length does not matter here.</summary>
    public static bool Is(string text) => text.All(IsShown);

    /// <summary>
    /// The text in a form that can be shown: white space becomes a space, other characters that
    /// cannot be shown become question marks, and a text longer than <paramref name="letters"/>
    /// characters is cut off.
    /// </summary>
    public static string Of(string text, int letters = Name)
    {
        var start = text.Length <= letters ? text : $"{text.AsSpan(0, letters)}...";
        return start.All(IsShown) ? start : string.Concat(start.Select(letter => IsShown(letter) ? letter : char.IsWhiteSpace(letter) ? ' ' : Replacement));
    }

    private static bool IsShown(char letter) => char.GetUnicodeCategory(letter)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}

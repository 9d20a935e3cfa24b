using System.Globalization;

namespace Mnist.Distributed.Contracts;

/// <summary>
/// Text from elsewhere (a name, a file's path, the message of another process) as it may be shown on a terminal or in a line of a log: on one line, not endless, and
/// without characters that move the cursor, colour the text or change its direction.
/// </summary>
public static class Printable
{
    /// <summary>As much of a sentence as is shown; what it names is shorter.</summary>
    public const int Sentence = 2_000;

    private const int Name = 400;
    private const char Replacement = '?';

    /// <summary>Whether a text can be shown as it is.</summary>
    public static bool Is(string text) => text.All(IsShown);

    /// <summary>The text as it can be shown: white space becomes a space, other letters that cannot be shown become question marks, and what is too long is cut off.</summary>
    public static string Of(string text, int letters = Name)
    {
        var start = text.Length <= letters ? text : $"{text.AsSpan(0, letters)}...";
        return start.All(IsShown) ? start : string.Concat(start.Select(letter => IsShown(letter) ? letter : char.IsWhiteSpace(letter) ? ' ' : Replacement));
    }

    private static bool IsShown(char letter) => char.GetUnicodeCategory(letter)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}

using System.Globalization;

namespace Mnist.Distributed.Training.Files;

/// <summary>Names that others have chosen, of files or in files, as messages show them: they may be megabytes long or hold terminal controls.</summary>
public static class Printable
{
    /// <summary>The longest path that messages show in full.</summary>
    private const int PathLength = 400;

    /// <summary>The text on one line, without controls, and cut off where it is too long.</summary>
    public static string Of(string text, int length = PathLength)
    {
        string start = text.Length <= length ? text : text[..length] + "...";
        return string.Concat(start.Select(c => IsShown(c) ? c : '?'));
    }

    private static bool IsShown(char c) => CharUnicodeInfo.GetUnicodeCategory(c)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}

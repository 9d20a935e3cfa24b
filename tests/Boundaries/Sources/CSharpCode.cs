using System.Text;

namespace Mnist.Distributed.Tests.Boundaries.Sources;

/// <summary>
/// C# without its comments and texts. The holes of an interpolated text contain code, which stays.
/// </summary>
internal sealed class CSharpCode
{
    private readonly string _source;
    private readonly StringBuilder _code = new();
    private int _at;

    private CSharpCode(string source) => _source = source;

    /// <summary>
    /// The code of a source file, with one line for each line that has a statement.
    /// </summary>
    public static string Of(string source)
    {
        var scan = new CSharpCode(source);
        scan.ReadCode(isHole: false);
        return scan._code.ToString();
    }

    private char Current => _at < _source.Length ? _source[_at] : '\0';

    private bool Sees(string text) => string.CompareOrdinal(_source, _at, text, 0, text.Length) == 0;

    /// <summary>
    /// Reads code to its end, or to the brace that closes the hole that it stands in.
    /// </summary>
    private void ReadCode(bool isHole)
    {
        for (var open = 0; _at < _source.Length;)
        {
            if (Sees("//"))
            {
                Skip(_source.IndexOf('\n', _at));
            }
            else if (Sees("/*"))
            {
                Skip(_source.IndexOf("*/", _at, StringComparison.Ordinal) is >= 0 and var end ? end + 2 : -1);
            }
            else if (Current == '\'')
            {
                ReadLetter();
            }
            else if (TextStart() is { } start)
            {
                _code.Append("\"\"");
                ReadText(start);
            }
            else if (isHole && Current == '}' && open == 0)
            {
                return;
            }
            else
            {
                open += Current == '{' ? 1 : Current == '}' ? -1 : 0;
                _code.Append(Current);
                _at++;
            }
        }
    }

    private void Skip(int to) => _at = to < 0 ? _source.Length : to;

    private void ReadLetter()
    {
        for (_at++; _at < _source.Length && Current is not ('\'' or '\n'); _at++)
        {
            _at += Current == '\\' ? 1 : 0;
        }

        _at++;
        _code.Append("' '");
    }

    /// <summary>The form of the text that starts here; null if no text starts here.</summary>
    private Quoting? TextStart()
    {
        var end = _at;
        while (end < _source.Length && _source[end] is '$' or '@')
        {
            end++;
        }

        var prefix = _source[_at..end];
        var quotes = Run('"', end);
        var isVerbatim = prefix.Contains('@', StringComparison.Ordinal);
        return quotes == 0 ? null : new Quoting(prefix.Length, prefix.Count(letter => letter == '$'), isVerbatim, isVerbatim || quotes < 3 ? 1 : quotes);
    }

    private void ReadText(Quoting text)
    {
        _at += text.Prefix + text.Quotes;
        while (_at < _source.Length)
        {
            var isSimple = text.Quotes == 1;
            if (isSimple && !text.IsVerbatim && Current == '\\')
            {
                _at += 2;
            }
            else if (text.IsVerbatim && Sees("\"\""))
            {
                _at += 2;
            }
            else if (Current == '"' && Run('"', _at) is var quotes && quotes >= text.Quotes)
            {
                _at += isSimple ? 1 : quotes;
                return;
            }
            else if (text.Dollars > 0 && Current == '{' && Run('{', _at) is var braces)
            {
                ReadHole(text, braces, isSimple);
            }
            else
            {
                _at++;
            }
        }
    }

    private void ReadHole(Quoting text, int braces, bool isSimple)
    {
        _at += braces;
        if (isSimple ? braces % 2 == 0 : braces < text.Dollars)
        {
            return;
        }

        _code.Append(' ');
        ReadCode(isHole: true);
        _code.Append(' ');
        _at += isSimple ? 1 : text.Dollars;
    }

    private int Run(char letter, int from)
    {
        var end = from;
        while (end < _source.Length && _source[end] == letter)
        {
            end++;
        }

        return end - from;
    }

    /// <summary>The form of a text.</summary>
    /// <param name="Prefix">Number of letters before its first quote.</param>
    /// <param name="Dollars">Number of <c>$</c> among these letters.</param>
    /// <param name="IsVerbatim">Whether one of these letters is <c>@</c>.</param>
    /// <param name="Quotes">Number of quotes at each end: 1, or 3 and more for a raw text.</param>
    private sealed record Quoting(int Prefix, int Dollars, bool IsVerbatim, int Quotes);
}

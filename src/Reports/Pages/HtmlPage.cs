using System.Globalization;
using System.Net;
using System.Text;

namespace Mnist.Distributed.Reports.Pages;

/// <summary>
/// Builds a page in one file: styles and pictures are in it, and nothing comes from a network. It
/// follows the reader's choice of light or dark.
/// </summary>
/// <param name="title">Title of the page.</param>
internal sealed class HtmlPage(string title)
{
    private const string Style = """
        :root { color-scheme: light dark; --ground: #fbfaf8; --ink: #1d2327; --faint: #6a737b; --line: #dcdad5; --card: #fff; --bad: #b3261e; --good: #2e7d32; }
        @media (prefers-color-scheme: dark) {
          :root { --ground: #15181b; --ink: #e4e2dd; --faint: #9aa3ab; --line: #34393e; --card: #1d2125; --bad: #ff8a80; --good: #81c784; }
          img.chart { filter: invert(0.88) hue-rotate(180deg); }
        }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 68rem; padding: 1.5rem 1rem 4rem; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
        h1 { font-size: 1.5rem; margin: 0; overflow-wrap: anywhere; }
        h2 { font-size: 1.1rem; margin: 2.2rem 0 0.6rem; }
        p { margin: 0.4rem 0; max-width: 46rem; }
        .faint { color: var(--faint); }
        .bad { color: var(--bad); font-weight: 600; }
        .good { color: var(--good); font-weight: 600; }
        .cards { display: flex; flex-wrap: wrap; gap: 0.6rem; margin: 1rem 0; }
        .card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 0.6rem 1rem; min-width: 8rem; }
        .card b { display: block; font-size: 1.3rem; font-variant-numeric: tabular-nums; }
        .pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 28rem), 1fr)); gap: 0.8rem; }
        figure { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 0.5rem; }
        figure.wide { grid-column: 1 / -1; }
        figcaption { color: var(--faint); font-size: 0.9rem; padding: 0.3rem 0.3rem 0; }
        img { display: block; max-width: 100%; height: auto; margin: 0 auto; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.92rem; }
        th, td { text-align: left; padding: 0.25rem 0.9rem 0.25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
        th { color: var(--faint); font-weight: 500; }
        td.number, th.number { text-align: right; }
        pre { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 0.7rem; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 0.9rem; }
        """;

    private readonly StringBuilder _body = new();

    /// <summary>Text as it may stand in HTML.</summary>
    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    /// <summary>Adds HTML as it is.</summary>
    public HtmlPage Raw(string html)
    {
        _body.Append(html).Append('\n');
        return this;
    }

    /// <summary>Adds a heading of a section.</summary>
    public HtmlPage Heading(string text) => Raw($"<h2>{Escape(text)}</h2>");

    /// <summary>Adds a paragraph.</summary>
    public HtmlPage Paragraph(string text, string style = "") => Raw($"<p class=\"{style}\">{Escape(text)}</p>");

    /// <summary>Adds values in large letters.</summary>
    public HtmlPage Cards(params IEnumerable<(string Name, string Value)> values) =>
        Raw($"<div class=\"cards\">{string.Concat(values.Select(card => $"<div class=\"card\"><b>{Escape(card.Value)}</b><span class=\"faint\">{Escape(card.Name)}</span></div>"))}</div>");

    /// <summary>Adds a table. Cells that are numbers are aligned to the right.</summary>
    /// <param name="head">The first row.</param>
    /// <param name="rows">The other rows.</param>
    public HtmlPage Table(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows)
    {
        var cells = rows.ToArray();
        var isNumber = head.Select((_, column) => cells.Length > 0 && Array.TrueForAll(cells, row => IsNumber(row[column]))).ToArray();
        return Raw($"<div class=\"scroll\"><table><thead><tr>{Cells("th", head)}</tr></thead><tbody>{string.Concat(cells.Select(row => $"<tr>{Cells("td", row)}</tr>"))}</tbody></table></div>");

        string Cells(string tag, IReadOnlyList<string> row) =>
            string.Concat(row.Select((cell, column) => $"<{tag}{(isNumber[column] ? " class=\"number\"" : "")}>{Escape(cell)}</{tag}>"));
    }

    /// <summary>Adds pictures, each with what it shows.</summary>
    /// <param name="pictures">
    /// The pictures as SVG, and their captions. In the dark, charts are inverted and samples are
    /// not.
    /// </param>
    public HtmlPage Pictures(params IEnumerable<(byte[]? Svg, string Caption, bool IsChart)> pictures)
    {
        var shown = pictures.Where(picture => picture.Svg is not null).ToArray();
        return shown.Length == 0 ? this : Raw($"<div class=\"pictures\">{string.Concat(shown.Select(Figure))}</div>");

        static string Figure((byte[]? Svg, string Caption, bool IsChart) picture) =>
            $"<figure class=\"{(picture.IsChart ? "" : "wide")}\"><img class=\"{(picture.IsChart ? "chart" : "samples")}\" alt=\"{Escape(picture.Caption)}\" src=\"data:image/svg+xml;base64,{Convert.ToBase64String(picture.Svg!)}\"><figcaption>{Escape(picture.Caption)}</figcaption></figure>";
    }

    /// <summary>The page.</summary>
    public override string ToString() =>
        $"<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{Escape(title)}</title>\n<style>\n{Style}\n</style>\n</head>\n<body>\n<main>\n{_body}</main>\n</body>\n</html>\n";

    private static bool IsNumber(string cell) => cell.Length == 0 || double.TryParse(cell.TrimEnd('%', 's', ' '), NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out _);
}

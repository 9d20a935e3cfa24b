using CsCheck;
using Mnist.Distributed.Coordinator.Terminal;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Terminal;

/// <summary>A text in lines of the width of a terminal.</summary>
public sealed class ParagraphProperties
{
    [Fact]
    public void Lines_keep_the_words_and_fit_unless_one_word_does_not() =>
        (from words in Gen.String[Gen.Char['a', 'z'], 1, 60].Array[1, 30]
         from columns in Gen.Int[20, 200]
         select (words, columns)).Sample(given =>
        {
            string[] lines = [.. Paragraph.Lines(string.Join(' ', given.words), given.columns)];
            return string.Join(' ', lines.Select(line => line.Trim())) == string.Join(' ', given.words)
                && lines.All(line => line.Length <= given.columns || !line.Trim().Contains(' ', StringComparison.Ordinal));
        });

    [Theory]
    [InlineData("one two  three", 20, "one two  three")]
    [InlineData("one two  three", 12, "one two|  three")]
    [InlineData("  one two three", 10, "  one two|    three")]
    [InlineData("results: /a/long/path", 12, "results:|  /a/long/path")]
    [InlineData("Go on with: mnist runs resume it", 20, "Go on with:|  mnist runs resume it")]
    [InlineData("", 10, "")]
    public void Lines_end_between_words_and_the_next_one_is_indented(string text, int columns, string lines) =>
        Assert.Equal(lines.Split('|'), Paragraph.Lines(text, columns));
}

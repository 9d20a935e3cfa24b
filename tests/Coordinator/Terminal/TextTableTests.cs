using Mnist.Distributed.Coordinator.Terminal;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Terminal;

/// <summary>A table on terminals of several widths and in a file.</summary>
public sealed class TextTableTests
{
    private static readonly string[] Headers = ["run", " epochs", "results"];
    private static readonly string[][] Rows = [["a", "3", "/a/path of two"], ["bcd", "12", "-"]];

    [Theory]
    [InlineData(null)]
    [InlineData(27)]
    public void A_row_is_one_line_if_it_fits(int? columns) => Assert.Equal(
        ["run  epochs  results", "a         3  /a/path of two", "bcd      12  -"], TextTable.Lines(Headers, Rows, columns));

    [Fact]
    public void A_row_is_a_block_if_it_does_not_fit() => Assert.Equal(
        ["run: a", "epochs: 3", "results: /a/path", "  of two", "", "run: bcd", "epochs: 12", "results: -"], TextTable.Lines(Headers, Rows, 16));
}

using System.Text.RegularExpressions;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Displays;

/// <summary>
/// Lists and tables on the screen of a terminal. The oracle is the same command with its output in
/// a pipe, where each item is one line.
/// </summary>
public sealed class TableScreenTests(SmallMnist data) : IAsyncDisposable
{
    private static readonly int[] Widths = [40, 60, 80, 100, 200];

    private readonly UserHome _home = new();

    [Theory]
    [InlineData("models")]
    [InlineData("losses")]
    public async Task An_item_of_a_list_is_wrapped_between_words(string command)
    {
        var items = Lines((await _home.Mnist(command)).Succeeds().Output);
        await Task.WhenAll(Widths.Select(async columns =>
        {
            var shown = await Shown(columns, command);
            Assert.All(shown, line => Assert.InRange(line.Length, 0, columns));
            Assert.Equal(string.Join(' ', items.SelectMany(Words)), string.Join(' ', shown.SelectMany(Words)));
            Assert.Equal(items, items.Where(item => item.Length > columns || shown.Contains(item)));
        }));
    }

    [Fact]
    public async Task A_row_of_a_table_is_one_line_or_one_block()
    {
        await _home.Up("pair", 2);
        (await _home.Mnist("train", "--data", data.Path, "--epochs", "1", "--cluster", "pair")).Succeeds();
        (await _home.Mnist("train", "--data", data.Path, "--epochs", "1", "--cluster", "pair")).Succeeds();
        foreach (var command in (string[][])[["cluster", "status", "--name", "pair"], ["runs", "list", "--cluster", "pair"]])
        {
            // These leave out columns that do not fit. The first one names the row and is always there.
            var names = Lines((await _home.Mnist(command)).Succeeds().Output).Select(line => line.Split(' ')[0]).ToArray();
            Assert.Equal(3, names.Length);
            await Task.WhenAll(Widths.Select(async columns =>
            {
                var shown = await Shown(columns, command);
                Assert.Equal(names, shown.Select(line => line.Split(' ')[0]));
                Assert.All(shown, line => Assert.InRange(line.Length, 0, columns));
            }));
        }

        foreach (var command in (string[][])[["cluster", "list"]])
        {
            var table = Lines((await _home.Mnist(command)).Succeeds().Output);
            var cells = table.Select(line => Regex.Split(line, " {2,}")).ToArray();
            string[] blocks = [.. cells.Skip(1).SelectMany((row, at) => row.Select((cell, column) => $"{cells[0][column]}: {cell}").Prepend("").Skip(at == 0 ? 1 : 0))];
            await Task.WhenAll(Widths.Select(async columns =>
                Assert.Equal(table.Max(line => line.Length) <= columns ? table : blocks, Unwrapped(await Shown(columns, command)))));
        }
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    private static string[] Lines(string output) => output.TrimEnd('\n').Split('\n');

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private async Task<string[]> Shown(int columns, params string[] command)
    {
        await using var screen = await TerminalScreen.Open(_home, columns, command);
        return ShownRun.WithoutRemarks(await screen.End(0));
    }

    /// <summary>Cells that were too long for a line stand in the next one.</summary>
    private static string[] Unwrapped(string[] lines) => string.Join('\n', lines).Replace("\n  ", " ", StringComparison.Ordinal).Split('\n');
}

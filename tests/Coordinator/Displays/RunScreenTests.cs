using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Displays;

/// <summary>
/// <c>mnist train</c> on the screen of a terminal. The oracle is the files of the run.
/// </summary>
public sealed class RunScreenTests(SmallMnist data) : IAsyncDisposable
{
    private const char Escape = '\e';

    private readonly UserHome _home = new();

    private string Out => _home["out"];

    [Theory]
    [InlineData(40)]
    [LongData(60)]
    [InlineData(80)]
    [InlineData(100)]
    [LongData(200)]
    public Task A_terminal_of_any_width_shows_each_line_once(int columns) => TrainAndInterrupt(columns, "MNIST_TEST=1");

    [Theory]
    [InlineData("NO_COLOR=1")]
    [InlineData("LC_ALL=C")]
    [LongData("LC_ALL=en_US.ISO-8859-1")]
    public async Task A_terminal_without_colour_and_without_UTF_8_shows_the_same(string variable)
    {
        var stream = await TrainAndInterrupt(80, variable);
        Assert.All(stream, letter => Assert.True(char.IsAscii(letter)));
        Assert.DoesNotMatch("\e\\[[0-9;]*m", stream);
    }

    [Fact]
    public async Task A_terminal_without_a_cursor_shows_no_progress()
    {
        await using var screen = await TerminalScreen.Open(_home, 80, Train(3), "TERM=dumb");
        var lines = await screen.End(0);
        new ShownRun(Out, 80).IsShownBy(lines);
        Assert.DoesNotContain(Escape, screen.Stream);
    }

    [Fact]
    public async Task A_terminal_that_is_resized_in_the_middle_shows_each_line_once()
    {
        await using var screen = await TerminalScreen.Open(_home, 100, Train(100_000));
        var epochs = Epochs(await screen.Until(HasProgressAfter(1)));
        foreach (var columns in (int[])[50, 100, 40, 200, 100])
        {
            await screen.Resize(columns);
            var lines = await screen.Until(lines => HasProgressAfter(epochs)(lines) && lines[^1].Length < columns);
            ShownRun.IsInOrder(lines);
            epochs = Epochs(lines) + 1;
        }

        await screen.Interrupt();
        var shown = ShownRun.WithoutRemarks(await screen.End(130));
        var ending = Array.FindIndex(shown, line => line.StartsWith("run: ", StringComparison.Ordinal));
        ShownRun.IsInOrder(shown[..ending]);
        Assert.DoesNotContain(shown, ShownRun.IsProgress);
        Assert.Equal(File.ReadLines(Path.Combine(Out, "metrics.jsonl")).Count(), Epochs(shown));
        new ShownRun(Out, 100).EndIsShownBy(shown[ending..]);
    }

    [Fact]
    public async Task A_log_file_has_one_whole_line_for_each_and_the_terminal_has_none()
    {
        await using var screen = await TerminalScreen.Open(_home, 40, Train(3), redirection: $">'{_home["log"]}'");
        Assert.DoesNotContain(ShownRun.WithoutRemarks(await screen.End(0)), line => line.Length > 0);
        var log = await File.ReadAllTextAsync(_home["log"], _home.Guard);
        Assert.DoesNotContain(Escape, log);
        new ShownRun(Out, null).IsShownBy(log.TrimEnd('\n').Split('\n'));
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    private static int Epochs(string[] lines) => lines.Count(line => line.StartsWith("epoch ", StringComparison.Ordinal));

    private static Func<string[], bool> HasProgressAfter(int epochs) => lines => Epochs(lines) >= epochs && ShownRun.IsProgress(lines[^1]);

    private string[] Train(int epochs) => ["train", "--data", data.Path, "--epochs", $"{epochs}", "--no-report", "--out", Out];

    /// <summary>
    /// Trains until the screen shows progress and some epochs, and stops.
    /// </summary>
    /// <returns>All that was written to the terminal.</returns>
    private async Task<string> TrainAndInterrupt(int columns, string variable)
    {
        await using var screen = await TerminalScreen.Open(_home, columns, Train(100_000), variable);
        var lines = await screen.Until(lines =>
        {
            ShownRun.IsInOrder(lines);
            return HasProgressAfter(5)(lines);
        });
        Assert.InRange(lines[^1].Length, 1, columns - 1);
        await screen.Interrupt();
        lines = await screen.End(130);
        new ShownRun(Out, columns).IsShownBy(lines);
        return screen.Stream;
    }
}

using System.CommandLine;
using Mnist.Distributed.Coordinator.Commands;
using Mnist.Distributed.Coordinator.Commands.Help;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Training.Catalogue;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Commands.Help;

public sealed class HelpPageTests
{
    private const int Many = 8;

    private static readonly RootCommand Root = MnistCommandLine.Root(TrainingCatalogue.Standard);

    public static TheoryData<string> Paths => [.. All(Root).Select(ProgramCommand.PathOf)];

    public static TheoryData<string> PathsWithManyOptions => [.. All(Root).Where(command => OwnOptions(command).Length > Many).Select(ProgramCommand.PathOf)];

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_page_shows_every_option_once_and_fits_the_terminal(string path)
    {
        var command = All(Root).Single(one => ProgramCommand.PathOf(one) == path);
        foreach (var width in new[] { 60, 80, 120 })
        {
            string[] lines = [.. HelpPage.Lines(command, width)];
            string[] page = [.. lines.TakeWhile(line => line != "Examples:")];

            Assert.All(OwnOptions(command).Concat(Root.Options.Where(option => option.Recursive)), option =>
                Assert.Single(page, line => line.StartsWith("  ", StringComparison.Ordinal) && line.TrimStart().Split('<')[0].Split(", ").Select(name => name.Split(' ')[0]).Contains(option.Name)
                    && line.Length - line.TrimStart().Length == 2));
            Assert.All(page, line => Assert.True(line.Length <= width || !line.Trim().Contains(' ', StringComparison.Ordinal), line));
        }
    }

    [Theory]
    [MemberData(nameof(PathsWithManyOptions))]
    public void Every_option_of_a_command_with_many_is_in_a_group(string path) =>
        Assert.DoesNotContain(OwnOptions(All(Root).Single(one => ProgramCommand.PathOf(one) == path)), option => OptionGroup.Of(option) == OptionGroup.Other);

    [Fact]
    public void Defaults_and_units_are_shown()
    {
        var text = string.Join(' ', HelpPage.Lines(Root.Subcommands.Single(one => one.Name == "plan"), 200));

        Assert.Contains("--latency <MICROSECONDS>", text, StringComparison.Ordinal);
        Assert.Contains("Default: 50 microseconds.", text, StringComparison.Ordinal);
        Assert.Contains("Default: 10 Gbit/s.", text, StringComparison.Ordinal);
        Assert.Contains("Default: 1 step.", string.Join(' ', HelpPage.Lines(Root.Subcommands.Single(one => one.Name == "train"), 200)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mnist COMMAND [options]")]
    [InlineData("mnist COMMAND [options]", "help")]
    [InlineData("mnist COMMAND [options]", "--help")]
    [InlineData("mnist predict <IMAGE> [options]", "help", "predict")]
    [InlineData("mnist predict <IMAGE> [options]", "predict", "-h")]
    [InlineData("mnist cluster identity issue [options]", "cluster", "identity", "issue", "--help")]
    [InlineData("mnist config [COMMAND] [options]", "help", "config")]
    public async Task Help_has_80_columns_where_there_is_no_terminal(string usage, params string[] arguments)
    {
        await using var home = new UserHome();
        var page = (await home.Mnist(arguments)).Succeeds().Output.Split('\n');

        Assert.Contains($"  {usage}", page);
        Assert.All(page, line => Assert.InRange(line.Length, 0, 80));
    }

    [Fact]
    public async Task Help_is_as_wide_as_the_terminal()
    {
        await using var home = new UserHome();
        await using var terminal = await TerminalSession.Start(home[""], 60, $"dotnet '{Path.Combine(AppContext.BaseDirectory, "mnist.dll")}' cluster up --help; sleep 1000", home.Guard);

        var lines = (await terminal.Shows("--verbose")).Split('\n');

        Assert.Contains("Starts silo processes, or replaces those that are gone, and", lines);
    }

    private static Option[] OwnOptions(Command command) => [.. command.Options.Where(option => option is { Recursive: false, Hidden: false })];

    private static IEnumerable<Command> All(Command command) => command.Subcommands.SelectMany(All).Prepend(command);
}

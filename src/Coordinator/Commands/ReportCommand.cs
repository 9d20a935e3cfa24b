using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Reports.Pages;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Coordinator.Commands;

/// <summary>
/// <c>mnist report</c>: writes the page of a run again, or lays several runs side by side.
/// </summary>
internal static class ReportCommand
{
    private const string Examples = """
        Writes a page with charts, from the folders of runs: for one run its report.html, for several runs a page that lays them side by side. The page is
        one file, and needs no network.

        Examples:
          mnist report runs/20260901-120000-ab12
          mnist report runs/* --out comparison.html
        """;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var folders = new Argument<string[]>("runs") { Description = "Folders of runs.", HelpName = "DIR...", Arity = ArgumentArity.OneOrMore }.Takes(ValueKind.Folder);
        var output = OptionKind.OptionalText("--out", "FILE", "The page. Default: report.html in the folder of the run; comparison.html here for several runs.").Takes(ValueKind.File).OnlyFromTheUser();
        var force = SharedOptions.Force("Overwrite the file of --out, or comparison.html.");
        var command = new Command("report", Examples) { folders, output, force };
        command.SetAction(parsed =>
        {
            SlowWork.Is("reading the runs and writing the page");
            RunFiles[] runs = [.. parsed.GetValue(folders)!.Select(RunFiles.Read)];
            var path = parsed.GetValue(output) ?? (runs.Length > 1 ? "comparison.html" : null);
            if (path is not null && File.Exists(path) && !parsed.GetValue(force))
            {
                throw new InvalidInputException($"{Printable.Of(path)} exists already: choose another file with --out, or overwrite it with --force.");
            }

            path ??= Path.Combine(runs[0].Folder, RunPage.Name);
            var page = runs.Length == 1 ? RunPage.Of(runs[0]) : ComparisonPage.Of(runs);
            AtomicFile.WriteText(path, page);
            Console.WriteLine($"report: {path}");
            return ExitCode.Done;
        });
        return command;
    }
}

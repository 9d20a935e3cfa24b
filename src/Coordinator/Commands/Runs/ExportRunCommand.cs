using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary><c>mnist runs export</c>: writes the results of a run to a folder.</summary>
internal static class ExportRunCommand
{
    private const string Examples = """
        Writes the results of a run to a folder, as 'mnist train' does: run.json, the metrics, the weights and the report.
        Of a run that trains it writes the weights of its newest checkpoint.

        Examples:
          mnist runs export 20260901-120000-ab12 --cluster local --out copy
        """;

    /// <summary>The command.</summary>
    public static Command Create(TrainingCatalogue catalogue)
    {
        var output = SharedOptions.Output("The folder.");
        output.Required = true;
        var force = SharedOptions.Force("Overwrite the run that --out holds.");
        var noReport = OptionKind.Flag("--no-report", "Leave out the report and its pictures.");
        OptionGroup.Results.Holds(noReport);
        var command = new RunCommand("export", Examples, catalogue) { output, force, noReport };
        command.Add(command.Models);
        command.SetRunAction(async (run, parsed) =>
        {
            command.CheckModels(run, parsed);
            var export = await RunExport.Write(run, parsed.GetValue(output)!, parsed.GetValue(force), !parsed.GetValue(noReport), Console.Error.WriteLine);
            if (parsed.GetValue(command.Json))
            {
                Json.Print(export);
            }
            else
            {
                Console.WriteLine($"Run {export.RunId} ({RunText.Name(export.Status)}, {Quantity.Of(export.Epochs, "epoch")}{(export.WeightsSha256 is null ? ", no weights yet" : "")}) is in {Printable.Of(export.Out)}.");
            }

            return ExitCode.Done;
        });
        return command;
    }
}

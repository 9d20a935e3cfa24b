using System.CommandLine;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary><c>mnist runs show</c>: shows the record of a run.</summary>
internal static class ShowCommand
{
    /// <summary>The command.</summary>
    public static Command Create(TrainingCatalogue catalogue)
    {
        var command = new RunCommand("show", "Shows a run: its plan, its epochs, its silos.", catalogue);
        command.SetRunAction((run, parsed) =>
        {
            RunReport.Print(run, parsed.GetValue(command.Json));
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }
}

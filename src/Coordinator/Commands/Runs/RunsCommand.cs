using System.CommandLine;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary>
/// <c>mnist runs</c>: everything about runs that have been started. A new command is a file and a
/// line here.
/// </summary>
internal static class RunsCommand
{
    private const string Examples = """
        Lists, shows, compares, watches, stops, resumes, exports and deletes runs, of folders and of clusters.
        RUN is an id or the beginning of it, a name, a folder, or 'latest'.

        Examples:
          mnist runs list --last 10
          mnist runs compare first latest               what differs, and the first step at which the runs part
          mnist runs watch 20260901-120000-ab12         attaches to a run; Ctrl-C detaches, the run goes on
          mnist runs resume latest                      goes on with one that was stopped, has failed or lost every silo
          mnist runs prune --keep 20 --older-than 30d --dry-run
        """;

    /// <summary>The command.</summary>
    public static Command Create(TrainingCatalogue catalogue) => new("runs", Examples)
    {
        ListCommand.Create(),
        ShowCommand.Create(catalogue),
        CompareCommand.Create(catalogue),
        WatchCommand.Create(catalogue),
        StopCommand.Create(catalogue),
        ResumeCommand.Create(catalogue),
        ExportRunCommand.Create(catalogue),
        DeleteCommand.Create(),
        PruneCommand.Create(),
    };
}

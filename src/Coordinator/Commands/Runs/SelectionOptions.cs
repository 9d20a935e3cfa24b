using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary>
/// The options of a command about many runs: where it looks, and which runs it takes.
/// </summary>
internal sealed class SelectionOptions
{
    private static readonly string[] Statuses = [.. Enum.GetValues<RunStatus>().Select(RunText.Name)];

    private readonly Option<string?> _cluster = SharedOptions.ClusterIfAny("Ask this cluster alone. Default: all running clusters of yours.");
    private readonly AccessOptions _access = new();
    private readonly Option<string> _folder = OptionKind.Text("--runs", "DIR", "The folder with the folders of runs.", LocalRuns.Usual).Takes(ValueKind.Folder);
    private readonly Option<string[]> _status = OptionKind.Several("--status", "STATUS", $"Only runs with this status, which is one of {string.Join(", ", Statuses)}; may be given several times.");
    private readonly Option<string[]> _tags = OptionKind.Several("--tag", "TAG", "Only runs with this tag; of several tags, a run must have all.");
    private readonly Option<string?> _sweep = OptionKind.OptionalText("--sweep", "ID", "Only the trials of this sweep.");
    private readonly Option<bool> _all = OptionKind.Flag("--all", "Take the trials of sweeps too.");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        OptionGroup.Selection.Holds(_folder, _status, _tags, _sweep, _all);
        foreach (var option in (Option[])[_cluster, _folder, _status, _tags, _sweep, _all])
        {
            command.Add(option);
        }

        _access.AddTo(command);
    }

    /// <summary>Reads which runs are meant.</summary>
    /// <exception cref="InvalidInputException">A value cannot be used.</exception>
    public RunSelection Selection(ParseResult parsed) => new(
        [.. (parsed.GetValue(_status) ?? []).Select(Status)],
        parsed.GetValue(_tags) ?? [],
        parsed.GetValue(_sweep),
        parsed.GetValue(_all));

    /// <summary>Finds all runs, in the folder and on the clusters.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="note">Receives a sentence for each cluster that does not answer.</param>
    /// <exception cref="InvalidInputException">
    /// The cluster that the command line names does not answer, or the folder cannot be read.
    /// </exception>
    public async Task<FoundRuns> Find(ParseResult parsed, Action<string> note)
    {
        var access = _access.Read(parsed);
        var place = new ClusterPlace(parsed.GetValue(_cluster) ?? ClusterName.Usual, access);
        var isNamed = parsed.IsTyped(_cluster) || access.IsTyped;
        var clusters = RunCluster.Asked(place, isNamed);
        var folder = parsed.GetValue(_folder)!;
        Require(!parsed.IsTyped(_folder) || Directory.Exists(folder), $"There is no folder {Printable.Of(folder)}: name the folder that has the folders of runs.");
        var local = LocalRuns.In(folder).Select(KnownRun.Of).ToArray();
        SlowWork.Is(clusters.Count == 1 ? $"asking cluster {clusters[0].Name} for its runs" : "asking the clusters for their runs");
        var remote = isNamed ? await ClusterRuns.Of(clusters[0]) : await ClusterRuns.Of(clusters, note);
        SlowWork.Is(null);
        return new FoundRuns(RunMerge.Of(local, remote, name => access.Gateways is null && !RunCluster.Runs(name)), clusters, folder);
    }

    private static RunStatus Status(string text) => Statuses.Contains(text)
        ? Enum.Parse<RunStatus>(text, ignoreCase: true)
        : throw new InvalidInputException($"--status must be one of {string.Join(", ", Statuses)}, but is '{Printable.Of(text, 40)}'.");
}

/// <summary>The runs that a command has found.</summary>
/// <param name="Runs">The runs, oldest first.</param>
/// <param name="Clusters">The clusters that were asked.</param>
/// <param name="Folder">The folder that was looked at.</param>
internal sealed record FoundRuns(IReadOnlyList<KnownRun> Runs, IReadOnlyList<RunCluster> Clusters, string Folder);

using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Runs;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary>
/// A command about several runs, of folders or of clusters, that its command line names.
/// </summary>
internal class ManyRunsCommand : Command
{
    private readonly Argument<string[]> _runs;
    private readonly Option<string?> _cluster = SharedOptions.ClusterIfAny($"The cluster that has the runs. Default: what the folder of a run says, else {ClusterName.Usual}.");
    private readonly AccessOptions _access = new();

    /// <summary>Makes a command.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">Its description.</param>
    /// <param name="least">The least number of runs.</param>
    public ManyRunsCommand(string name, string description, int least) : base(name, description)
    {
        _runs = new Argument<string[]>("runs")
        {
            Description = "The runs: ids or their beginnings, names, folders, or 'latest'.",
            HelpName = "RUN...",
            Arity = new ArgumentArity(least, 100_000),
        }.Takes(ValueKind.Run);
        _runs.Validators.Add(result =>
        {
            foreach (var text in result.Tokens.Select(token => token.Value).Where(text => string.IsNullOrWhiteSpace(text) || !Printable.Is(text)))
            {
                result.AddError($"'{Printable.Of(text, 40)}' cannot name a run: 'mnist runs list' names the runs there are.");
            }
        });
        Add(_runs);
        Add(_cluster);
        _access.AddTo(this);
        Add(Json);
    }

    /// <summary><c>--json</c>.</summary>
    public Option<bool> Json { get; } = SharedOptions.Json();

    /// <summary>Finds the runs of the command line, each once.</summary>
    /// <exception cref="InvalidInputException">One of them cannot be found.</exception>
    public async Task<IReadOnlyList<FoundRun>> Find(ParseResult parsed)
    {
        var access = _access.Read(parsed);
        var finder = RunFinder.For(ClusterPlace.OrUsual(parsed.GetValue(_cluster), access), access);
        var found = new List<FoundRun>();
        foreach (var text in parsed.GetValue(_runs)!)
        {
            found.Add(await finder.Find(text));
        }

        return [.. found.DistinctBy(run => (run.RunId, run.Folder))];
    }
}

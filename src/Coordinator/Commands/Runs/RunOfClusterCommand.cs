using System.CommandLine;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Training.Catalogue;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary>A command about one run of a cluster: it names both.</summary>
internal sealed class RunOfClusterCommand : Command
{
    private readonly TrainingCatalogue _catalogue;
    private readonly Argument<string> _run = SharedOptions.Run();
    private readonly Option<string> _cluster = SharedOptions.Cluster();
    private readonly Option<string?> _store = SharedOptions.Store();

    /// <summary>A command with the run's argument and the cluster's options.</summary>
    public RunOfClusterCommand(string name, string description, TrainingCatalogue catalogue) : base(name, description)
    {
        _catalogue = catalogue;
        Add(_run);
        Add(_cluster);
        Add(_store);
        Add(Json);
    }

    /// <summary><c>--json</c>.</summary>
    public Option<bool> Json { get; } = SharedOptions.Json();

    /// <summary>Sets what is done with the run, once it has been found.</summary>
    public void SetRunAction(Func<RunOfCluster, ParseResult, Task<int>> action) => SetAction(async (parsed, _) =>
    {
        var place = new ClusterPlace(parsed.GetValue(_cluster)!, parsed.GetValue(_store));
        await using var connection = await place.Connect();
        var id = parsed.GetValue(_run)!;
        SlowWork.Is("asking for the run");
        var grain = connection.Grains.GetGrain<ITrainingRunGrain>(id);
        var description = await RetryingCall.Ask(grain.Describe);
        Require(description.Status != RunStatus.Unknown, $"Cluster {place.Cluster} has no run {id}: 'mnist runs list {place.Options}' names those it has.");
        Require(description.Status != RunStatus.Damaged, $"Run {id} of cluster {place.Cluster} cannot be read ({description.Message}): start it again.");
        return await action(new RunOfCluster(place, grain, description, _catalogue), parsed);
    });
}

/// <summary>A run that has been found.</summary>
/// <param name="Place">Its cluster.</param>
/// <param name="Grain">Its grain.</param>
/// <param name="Description">What its record tells.</param>
/// <param name="Catalogue">What its plan's names stand for.</param>
internal sealed record RunOfCluster(ClusterPlace Place, ITrainingRunGrain Grain, RunDescription Description, TrainingCatalogue Catalogue)
{
    /// <summary>What names the run and what it trains.</summary>
    public RunIdentity Identity => new(Description.RunId, Description.Plan!, Place, Catalogue);
}

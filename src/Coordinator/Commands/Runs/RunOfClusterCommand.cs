using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Training.Catalogue;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary>
/// A command about one run of a cluster. Its command line names the run and the cluster.
/// </summary>
internal sealed class RunOfClusterCommand : Command
{
    private readonly TrainingCatalogue _catalogue;
    private readonly Argument<string> _run = SharedOptions.Run();
    private readonly Option<string> _cluster = SharedOptions.Cluster();
    private readonly AccessOptions _access = new();

    /// <summary>
    /// Makes a command with the argument for the run and the options for the cluster.
    /// </summary>
    public RunOfClusterCommand(string name, string description, TrainingCatalogue catalogue) : base(name, description)
    {
        _catalogue = catalogue;
        Add(_run);
        Add(_cluster);
        _access.AddTo(this);
        Add(Json);
    }

    /// <summary><c>--models-from</c>, of commands that write the weights of the run.</summary>
    public Option<string?> Models { get; } = ModelsFrom.Option();

    /// <summary><c>--json</c>.</summary>
    public Option<bool> Json { get; } = SharedOptions.Json();

    /// <summary>Sets the action of the command. The action gets the run that was found.</summary>
    public void SetRunAction(Func<RunOfCluster, ParseResult, Task<int>> action) => SetAction(async (parsed, _) =>
    {
        var place = new ClusterPlace(parsed.GetValue(_cluster)!, _access.Read(parsed));
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

/// <summary>A run that was found.</summary>
/// <param name="Place">Where its cluster is found.</param>
/// <param name="Grain">Its run grain.</param>
/// <param name="Description">The description in its record.</param>
/// <param name="Catalogue">The catalogue of the names in its plan.</param>
internal sealed record RunOfCluster(ClusterPlace Place, ITrainingRunGrain Grain, RunDescription Description, TrainingCatalogue Catalogue)
{
    /// <summary>
    /// Checks that this program can write the weights of the run, and says so if the file of
    /// <c>--models-from</c> is not needed for them.
    /// </summary>
    /// <param name="models">Value of <c>--models-from</c>; null without this option.</param>
    /// <exception cref="InvalidInputException">This program lacks what the plan names.</exception>
    public void CheckModels(string? models)
    {
        _ = Catalogue.Complete(Description.Plan!);
        if (ModelsFrom.Remark(models, Description.Plan!) is { } remark)
        {
            Console.Error.WriteLine($"mnist: {remark}");
        }
    }

    /// <summary>Id, plan and place of the run.</summary>
    public RunIdentity Identity => new(Description.RunId, Description.Plan!, Place, Catalogue);
}

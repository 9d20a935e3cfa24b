using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.Sweeps;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Sweeps;

namespace Mnist.Distributed.Coordinator.Commands.Sweep;

/// <summary>A command about one sweep, of a folder or of a cluster.</summary>
internal sealed class OneSweepCommand : Command
{
    private readonly Argument<string> _sweep = new("sweep") { Description = "The sweep: its id or the beginning of it, its folder, or 'latest'.", HelpName = "SWEEP" };
    private readonly Option<string?> _cluster = SharedOptions.ClusterIfAny("The cluster that has the sweep. Default: what the folder of the sweep says.");
    private readonly AccessOptions _access = new();

    /// <summary>
    /// Makes a command with the argument for the sweep and the options for the cluster.
    /// </summary>
    public OneSweepCommand(string name, string description) : base(name, description)
    {
        Add(_sweep);
        Add(_cluster);
        _access.AddTo(this);
        Add(Json);
    }

    /// <summary><c>--json</c>.</summary>
    public Option<bool> Json { get; } = SharedOptions.Json();

    /// <summary>Sets the action of the command. The action gets the sweep that is meant.</summary>
    public void SetSweepAction(Func<FoundSweep, ParseResult, Task<int>> action) => SetAction(async (parsed, _) =>
    {
        var access = _access.Read(parsed);
        return await action(await SweepFinder.Find(parsed.GetValue(_sweep)!, ClusterPlace.Of(parsed.GetValue(_cluster), access), access), parsed);
    });

    /// <summary>The description of a sweep of a cluster.</summary>
    /// <exception cref="InvalidInputException">The cluster has no such sweep.</exception>
    public static async Task<SweepDescription> Describe(IGrainFactory grains, FoundSweep found)
    {
        var sweep = await RetryingCall.Ask(grains.GetGrain<ISweepGrain>(found.SweepId).Describe);
        InvalidInputException.Require(sweep.Status != RunStatus.Damaged, $"The record of sweep {found.SweepId} cannot be read ({sweep.Message}): start the sweep again.");
        InvalidInputException.Require(sweep.Plan is not null, $"Cluster {found.Home!.Cluster} has no sweep {found.SweepId}: 'mnist sweep list {found.Home.Options}' names those it has.");
        return sweep;
    }
}

using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Tests.Simulation.Clock;
using Mnist.Distributed.Tests.Simulation.Network;
using Mnist.Distributed.Tests.Simulation.Training;

namespace Mnist.Distributed.Tests.Simulation;

/// <summary>
/// Starts the run, and resumes it if every silo that held its state was lost. In all other cases
/// the run must go on by itself, whether somebody watches it or not.
/// </summary>
internal sealed class User
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly World _world;
    private readonly Node _node;
    private readonly ITrainingRunGrain _run;

    /// <summary>A user at a client outside of the silos.</summary>
    /// <param name="world">The cluster.</param>
    public User(World world)
    {
        _world = world;
        _node = new Node(world.Timeline, "user");
        world.Membership.Tell(_node);
        _run = world.LineTo(World.RunId, _node);
    }

    /// <summary>Whether the run is over.</summary>
    public bool HasSeenTheEnd { get; private set; }

    /// <summary>Begins.</summary>
    public void Begin() => new Turns(_world.Timeline, _node.Process).Start(async () =>
    {
        var scenario = _world.Scenario;
        var initial = scenario.StartsFromWeights ? new Oracle(scenario.Plan, Scenario.Numerics).At(0) : null;
        while (!await Does(() => _run.Start(scenario.Plan, scenario.Options, initial, null)))
        {
            await Task.Delay(Pause, _node.Time);
        }

        var mustResume = false;
        while (_world.Checker.Record?.Status is RunStatus.Unknown or RunStatus.Running or RunStatus.Interrupted)
        {
            await Task.Delay(Pause, _node.Time);
            if (scenario.IsWatched || mustResume || _world.Running.All(silo => !silo.Replicas.HoldAny))
            {
                RunDescription? description = null;
                await Does(async () => description = await _run.Describe());
                mustResume = description is null ? mustResume : description.Status == RunStatus.Interrupted;
                if (description?.Status == RunStatus.Interrupted)
                {
                    mustResume = !await Does(() => _run.Resume(false, null));
                }
            }
        }

        HasSeenTheEnd = true;
        return true;
    });

    private async Task<bool> Does(Func<Task> call)
    {
        try
        {
            await call();
            return true;
        }
        catch (InvalidInputException refusal)
        {
            _world.Timeline.Tell("user", $"is refused: {refusal.Message}");
            return false;
        }
        catch (Exception failure)
        {
            _world.Timeline.Tell("user", $"sees a failure: {failure.GetType().Name} {failure.Message}");
            return false;
        }
    }
}

using System.Globalization;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Coordinator.Clusters;

namespace Mnist.Distributed.Coordinator.Commands.Chaos.Faults;

/// <summary>
/// The cluster that faults hit. Effects that last go on beside the run until <see cref="Settle"/>.
/// </summary>
/// <param name="cluster">The cluster.</param>
internal sealed class FaultScene(LocalCluster cluster)
{
    private readonly List<Task> _effects = [];
    private Task _adding = Task.CompletedTask;
    private int _powerCuts;

    /// <summary>The cluster.</summary>
    public LocalCluster Cluster => cluster;

    /// <summary>The run; set anew when the cluster has been started again.</summary>
    public ITrainingRunGrain? Run { get; set; }

    /// <summary>Lets an effect go on beside the run.</summary>
    public void LetGoOn(Task effect) => _effects.Add(effect);

    /// <summary>Lets one more silo join, after those that are about to.</summary>
    public void AddSilo()
    {
        _adding = Add(_adding);
        LetGoOn(_adding);
    }

    /// <summary>Ends all silos at once, those that are about to join included.</summary>
    public async Task CutPower()
    {
        _powerCuts++;
        while (cluster.Alive is { Count: > 0 } alive)
        {
            foreach (var silo in alive)
            {
                Signals.Kill(silo.Pid);
            }

            await Task.Yield();
        }
    }

    /// <summary>Waits until every effect has ended.</summary>
    public async Task Settle()
    {
        await Task.WhenAll(_effects);
        _effects.Clear();
    }

    /// <summary>The process of the silo that a fault hits.</summary>
    public async Task<SiloProcess> Target(Fault fault)
    {
        var active = cluster.Active;
        if (fault.Target.StartsWith("silo ", StringComparison.Ordinal))
        {
            var number = int.Parse(fault.Target.AsSpan(5), CultureInfo.InvariantCulture);
            return active[(number - 1) % active.Count];
        }

        var description = await RetryingCall.Ask(Run!.Describe);
        return fault.Target switch
        {
            "run" => Named(description.Driver),
            "server" => Named(description.Server!),
            _ => active.FirstOrDefault(silo => silo.Silo != description.Driver && silo.Silo != description.Server) ?? active[^1],
        };

        // A silo that is gone leaves its part to another one, which nobody knows yet.
        SiloProcess Named(string name) => active.FirstOrDefault(silo => silo.Silo == name) ?? active[0];
    }

    /// <summary>Lets a process stand still and go on in turns.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="whole">How long in all.</param>
    /// <param name="still">How long it stands still in each turn.</param>
    /// <param name="going">How long it goes on in each turn.</param>
    public static async Task Hold(int pid, TimeSpan whole, TimeSpan still, TimeSpan going)
    {
        var end = TimeProvider.System.GetUtcNow() + whole;
        try
        {
            do
            {
                Signals.Stop(pid);
                await Task.Delay(still);
                Signals.Continue(pid);
                await Task.Delay(going);
            }
            while (TimeProvider.System.GetUtcNow() < end);
        }
        finally
        {
            Signals.Continue(pid);
        }
    }

    private async Task Add(Task before)
    {
        var cuts = _powerCuts;
        await before;
        try
        {
            await cluster.Scale(cluster.Alive.Count + 1, CancellationToken.None);
        }
        catch (InvalidInputException) when (_powerCuts != cuts)
        {
            // A power cut has ended the silo while it started, or the cluster before.
        }
    }
}

using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Coordinator.Clusters;

namespace Mnist.Distributed.Coordinator.Commands.Chaos;

/// <summary>
/// Makes faults in the processes of a local cluster. The effects of a fault that takes time go on
/// beside the run; <see cref="Settle"/> waits for their end.
/// </summary>
internal sealed class FaultInjector(LocalCluster cluster)
{
    private readonly List<Task> _effects = [];
    private Task _adding = Task.CompletedTask;

    /// <summary>Makes a fault that adds a silo or has a single silo as its target.</summary>
    public async Task Inject(Fault fault, ITrainingRunGrain run)
    {
        if (fault.Kind == FaultKind.Add)
        {
            _adding = Add(_adding);
            _effects.Add(_adding);
            return;
        }

        var silo = await Resolve(fault.Target, run);
        switch (fault.Kind)
        {
            case FaultKind.Kill:
                Signals.Kill(silo.Pid);
                break;
            case FaultKind.Leave:
                // The silo counts as one of the cluster until it has left, so Settle must wait for
                // it before the next schedule begins.
                _effects.Add(silo.End(LocalCluster.LeaveTimeout));
                break;
            case FaultKind.Stop:
                _effects.Add(Hold(silo.Pid, TimeSpan.FromSeconds(fault.Seconds), TimeSpan.FromSeconds(fault.Seconds), TimeSpan.Zero));
                break;
            case FaultKind.Slow:
                _effects.Add(Hold(silo.Pid, TimeSpan.FromSeconds(fault.Seconds), TimeSpan.FromMilliseconds(90), TimeSpan.FromMilliseconds(10)));
                break;
            default:
                throw new InvalidOperationException($"{fault.Kind} hits no single silo.");
        }
    }

    /// <summary>Kills all silos at once, and waits until their processes have ended.</summary>
    public async Task CutPower()
    {
        foreach (var silo in cluster.Alive)
        {
            Signals.Kill(silo.Pid);
        }

        while (cluster.Alive.Count > 0)
        {
            await Task.Yield();
        }
    }

    /// <summary>Waits until the effects of all faults have ended.</summary>
    public async Task Settle()
    {
        await Task.WhenAll(_effects);
        _effects.Clear();
    }

    /// <summary>Suspends and resumes a process in turns.</summary>
    private static async Task Hold(int pid, TimeSpan whole, TimeSpan still, TimeSpan going)
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
        await before;
        await cluster.Scale(cluster.Alive.Count + 1, CancellationToken.None);
    }

    private async Task<SiloProcess> Resolve(string target, ITrainingRunGrain run)
    {
        var active = cluster.Active;
        if (target.StartsWith("silo ", StringComparison.Ordinal))
        {
            var number = int.Parse(target.AsSpan(5), System.Globalization.CultureInfo.InvariantCulture);
            return active[(number - 1) % active.Count];
        }

        var description = await RetryingCall.Ask(run.Describe);
        return target switch
        {
            "run" => Named(description.Driver),
            "server" => Named(description.Server!),
            _ => active.FirstOrDefault(silo => silo.Silo != description.Driver && silo.Silo != description.Server) ?? active[^1],
        };

        // If the silo is gone, another silo will have its role, but nobody knows yet which one. Any
        // active silo will do then.
        SiloProcess Named(string name) => active.FirstOrDefault(silo => silo.Silo == name) ?? active[0];
    }
}

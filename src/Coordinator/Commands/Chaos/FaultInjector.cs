using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Coordinator.Clusters;

namespace Mnist.Distributed.Coordinator.Commands.Chaos;

/// <summary>
/// Does faults to a local cluster's processes. What passes or takes time goes on beside the run
/// until <see cref="Settle"/>.
/// </summary>
internal sealed class FaultInjector(LocalCluster cluster)
{
    private readonly List<Task> _effects = [];
    private Task _adding = Task.CompletedTask;

    /// <summary>Does a fault that hits single silos.</summary>
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
                // It counts as one of the cluster's until it has left, so the next schedule must
                // not begin before.
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

    /// <summary>Ends all silos at once.</summary>
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

    /// <summary>Waits until everything that passes has passed.</summary>
    public async Task Settle()
    {
        await Task.WhenAll(_effects);
        _effects.Clear();
    }

    /// <summary>Lets a process stand still and go on in turns.</summary>
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

        // One that is gone already leaves its part to another, which nobody knows yet.
        SiloProcess Named(string name) => active.FirstOrDefault(silo => silo.Silo == name) ?? active[0];
    }
}

using Mnist.Distributed.Coordinator.Clusters;

namespace Mnist.Distributed.Coordinator.Commands.Chaos.Faults;

/// <summary>
/// All silos are ended at once; then the cluster is started again and the run is resumed.
/// </summary>
internal sealed class PowerCutFault : FaultKind
{
    /// <inheritdoc />
    public override string Name => "power cut";

    /// <inheritdoc />
    public override bool EndsCluster => true;

    /// <inheritdoc />
    public override int Weight => 1;

    /// <inheritdoc />
    public override async Task Inject(Fault fault, FaultScene scene)
    {
        foreach (var silo in scene.Cluster.Alive)
        {
            Signals.Kill(silo.Pid);
        }

        while (scene.Cluster.Alive.Count > 0)
        {
            await Task.Yield();
        }
    }
}

using Mnist.Distributed.Coordinator.Clusters;

namespace Mnist.Distributed.Coordinator.Commands.Chaos.Faults;

/// <summary>A silo is asked to leave (SIGTERM).</summary>
internal sealed class LeaveFault : FaultKind
{
    /// <inheritdoc />
    public override string Name => "leave";

    /// <inheritdoc />
    public override bool HasTarget => true;

    /// <inheritdoc />
    public override bool EndsSilo => true;

    /// <inheritdoc />
    public override int Weight => 1;

    /// <inheritdoc />
    public override async Task Inject(Fault fault, FaultScene scene)
    {
        // The silo counts as one of the cluster's until it has left, so the next schedule must not
        // begin before.
        var silo = await scene.Target(fault);
        scene.LetGoOn(silo.End(LocalCluster.LeaveTimeout));
    }
}

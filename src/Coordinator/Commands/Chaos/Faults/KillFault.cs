using Mnist.Distributed.Coordinator.Clusters;

namespace Mnist.Distributed.Coordinator.Commands.Chaos.Faults;

/// <summary>A silo's process is ended at once (SIGKILL).</summary>
internal sealed class KillFault : FaultKind
{
    /// <inheritdoc />
    public override string Name => "kill";

    /// <inheritdoc />
    public override bool HasTarget => true;

    /// <inheritdoc />
    public override bool EndsSilo => true;

    /// <inheritdoc />
    public override int Weight => 5;

    /// <inheritdoc />
    public override async Task Inject(Fault fault, FaultScene scene) => Signals.Kill((await scene.Target(fault)).Pid);
}

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
    public override Task Inject(Fault fault, FaultScene scene) => scene.CutPower();
}

namespace Mnist.Distributed.Coordinator.Commands.Chaos.Faults;

/// <summary>A silo joins.</summary>
internal sealed class AddFault : FaultKind
{
    /// <inheritdoc />
    public override string Name => "add";

    /// <inheritdoc />
    public override int Weight => 2;

    /// <inheritdoc />
    public override Task Inject(Fault fault, FaultScene scene)
    {
        scene.AddSilo();
        return Task.CompletedTask;
    }
}

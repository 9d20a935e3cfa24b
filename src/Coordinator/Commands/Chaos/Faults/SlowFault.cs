namespace Mnist.Distributed.Coordinator.Commands.Chaos.Faults;

/// <summary>A silo's process gets a tenth of its time for a while.</summary>
internal sealed class SlowFault : FaultKind
{
    /// <inheritdoc />
    public override string Name => "slow";

    /// <inheritdoc />
    public override bool HasTarget => true;

    /// <inheritdoc />
    public override bool Lasts => true;

    /// <inheritdoc />
    public override bool Suspends => true;

    /// <inheritdoc />
    public override int Weight => 1;

    /// <inheritdoc />
    public override async Task Inject(Fault fault, FaultScene scene)
    {
        var silo = await scene.Target(fault);
        scene.LetGoOn(FaultScene.Hold(
            silo.Pid, TimeSpan.FromSeconds(fault.Seconds), still: TimeSpan.FromMilliseconds(90), going: TimeSpan.FromMilliseconds(10)));
    }
}

namespace Mnist.Distributed.Coordinator.Commands.Chaos.Faults;

/// <summary>A silo's process stands still for a while (SIGSTOP, SIGCONT).</summary>
internal sealed class StopFault : FaultKind
{
    /// <inheritdoc />
    public override string Name => "stop";

    /// <inheritdoc />
    public override bool HasTarget => true;

    /// <inheritdoc />
    public override bool Lasts => true;

    /// <inheritdoc />
    public override bool Suspends => true;

    /// <inheritdoc />
    public override int Weight => 2;

    /// <inheritdoc />
    public override async Task Inject(Fault fault, FaultScene scene)
    {
        var whole = TimeSpan.FromSeconds(fault.Seconds);
        var silo = await scene.Target(fault);
        scene.LetGoOn(FaultScene.Hold(silo.Pid, whole, still: whole, going: TimeSpan.Zero));
    }
}

namespace Mnist.Distributed.Coordinator.Commands.Chaos.Faults;

/// <summary>A kind of fault that a chaos run can make.</summary>
internal abstract class FaultKind
{
    /// <summary>Its name in a plan of faults.</summary>
    public abstract string Name { get; }

    /// <summary>Whether it hits one silo, which the plan names.</summary>
    public virtual bool HasTarget => false;

    /// <summary>Whether it lasts for some seconds, which the plan gives.</summary>
    public virtual bool Lasts => false;

    /// <summary>Whether the cluster has one silo less afterwards.</summary>
    public virtual bool EndsSilo => false;

    /// <summary>Whether every silo ends, so that the cluster must be started again.</summary>
    public virtual bool EndsCluster => false;

    /// <summary>Whether it suspends a process, which takes signals.</summary>
    public virtual bool Suspends => false;

    /// <summary>How often it is drawn, relative to the weights of the other kinds.</summary>
    public abstract int Weight { get; }

    /// <summary>Makes the fault.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="scene">The cluster, and the effects that go on beside the run.</param>
    public abstract Task Inject(Fault fault, FaultScene scene);
}

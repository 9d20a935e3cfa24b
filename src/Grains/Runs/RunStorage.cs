namespace Mnist.Distributed.Grains.Runs;

/// <summary>Opens what the cluster's store holds of a run.</summary>
public interface IRunStorage
{
    /// <summary>The stored state of the run whose grain is about to be activated.</summary>
    StoredRun Open(IGrainContext grain);
}

/// <summary>What the cluster's store holds of a run.</summary>
/// <param name="Even">The place of the record's versions with an even number.</param>
/// <param name="Odd">The place of those with an odd number.</param>
/// <param name="Initial">The state that the run was started from.</param>
public sealed record StoredRun(IPersistentState<RunRecord> Even, IPersistentState<RunRecord> Odd, IPersistentState<InitialState> Initial);

/// <summary>Opens runs in the grain storage of a real cluster.</summary>
public sealed class RunStorage(IPersistentStateFactory states) : IRunStorage
{
    /// <inheritdoc />
    public StoredRun Open(IGrainContext grain) => new(
        states.Create<RunRecord>(grain, new PersistentStateAttribute("run-even")),
        states.Create<RunRecord>(grain, new PersistentStateAttribute("run-odd")),
        states.Create<InitialState>(grain, new PersistentStateAttribute("run-initial")));
}

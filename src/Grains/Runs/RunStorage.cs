namespace Mnist.Distributed.Grains.Runs;

/// <summary>Opens the stored data of a run.</summary>
public interface IRunStorage
{
    /// <summary>The stored data of the run of a grain that is about to be activated.</summary>
    StoredRun Open(IGrainContext grain);
}

/// <summary>The stored data of a run.</summary>
/// <param name="Even">The place for versions of the record with an even number.</param>
/// <param name="Odd">The place for versions of the record with an odd number.</param>
/// <param name="Initial">The state that the run started from.</param>
public sealed record StoredRun(IPersistentState<RunRecord> Even, IPersistentState<RunRecord> Odd, IPersistentState<InitialState> Initial);

/// <summary>Opens the stored data of a run in the grain storage of a real cluster.</summary>
public sealed class RunStorage(IPersistentStateFactory states) : IRunStorage
{
    /// <inheritdoc />
    public StoredRun Open(IGrainContext grain) => new(
        states.Create<RunRecord>(grain, new PersistentStateAttribute("run-even")),
        states.Create<RunRecord>(grain, new PersistentStateAttribute("run-odd")),
        states.Create<InitialState>(grain, new PersistentStateAttribute("run-initial")));
}

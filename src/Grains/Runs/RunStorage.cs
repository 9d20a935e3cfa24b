using Orleans.Storage;

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
/// <param name="Read">Reads the records in both places again, the even one first.</param>
public sealed record StoredRun(
    IPersistentState<RunRecord> Even, IPersistentState<RunRecord> Odd, IPersistentState<InitialState> Initial, Func<Task<IReadOnlyList<RunRecord>>> Read);

/// <summary>Opens the stored data of a run in the grain storage of a real cluster.</summary>
public sealed class RunStorage(IPersistentStateFactory states, IGrainStorage storage) : IRunStorage
{
    private const string Even = "run-even";
    private const string Odd = "run-odd";

    /// <inheritdoc />
    public StoredRun Open(IGrainContext grain) => new(
        states.Create<RunRecord>(grain, new PersistentStateAttribute(Even)),
        states.Create<RunRecord>(grain, new PersistentStateAttribute(Odd)),
        states.Create<InitialState>(grain, new PersistentStateAttribute("run-initial")),
        async () => [await Read(Even, grain.GrainId), await Read(Odd, grain.GrainId)]);

    private async Task<RunRecord> Read(string place, GrainId run)
    {
        var read = new GrainState<RunRecord>(new RunRecord());
        await storage.ReadStateAsync(place, run, read);
        return read.State ?? new RunRecord();
    }
}

using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Orleans.Storage;

namespace Mnist.Distributed.Grains.Runs;

/// <summary>
/// Keeps the record of a run in two places, which are written in turn. A write that is cut short,
/// or a place that is damaged later, leaves the version before it. If two activations both believe
/// that they own the run, both write to the same place, and the etag of the place refuses the
/// second write.
/// </summary>
/// <param name="runId">Id of the run.</param>
/// <param name="places">The two places.</param>
/// <param name="retryPause">Time between two attempts to write.</param>
/// <param name="time">The clock.</param>
/// <param name="failed">
/// Called with the reason when a write has failed and will be repeated.
/// </param>
public sealed class RunStore(
    string runId, IReadOnlyList<IPersistentState<RunRecord>> places, TimeSpan retryPause, TimeProvider time, Action<Exception> failed)
{
    private readonly TrainingState?[] _checkpoints = new TrainingState?[places.Count];
    private readonly long[] _versions = new long[places.Count];
    private RunRecord? _record;

    /// <summary>The current record; an empty one for a run that has never been started.</summary>
    /// <exception cref="InvalidInputException">Both places are damaged.</exception>
    public RunRecord Record => Ruin is { } ruin ? throw new InvalidInputException(ruin) : _record ??= Newest();

    /// <summary>
    /// The message about a run whose record cannot be read in either place; null when it can be
    /// read.
    /// </summary>
    public string? Ruin => places.All(place => DamageOf(place) is not null)
        ? $"Both copies of the run's record are damaged ({DamageOf(places[0])}): the run cannot go on."
        : null;

    /// <summary>Identifies this activation of the run grain.</summary>
    public string Writer { get; } = Guid.NewGuid().ToString("n");

    /// <summary>Why one of the two places cannot be read; null when both can.</summary>
    public string? Damage { get; private set; }

    /// <summary>The number of the next generation.</summary>
    public long NextGeneration => Math.Max(Record.Generation, Record.LostGeneration) + 1;

    /// <summary>
    /// The step of the older of the two stored checkpoints. A ledger that begins at this step or
    /// before continues the record in either place.
    /// </summary>
    public long DurableStep => _checkpoints.Min(checkpoint => checkpoint?.Step ?? 0);

    /// <summary>
    /// The newest durable checkpoint at or before a step; null when there is none.
    /// </summary>
    /// <exception cref="InvalidInputException">Both places are damaged.</exception>
    public TrainingState? CheckpointBefore(long step) => Ruin is { } ruin
        ? throw new InvalidInputException(ruin)
        : _checkpoints.Where(checkpoint => checkpoint?.Step <= step).MaxBy(checkpoint => checkpoint!.Step);

    /// <summary>Compares what a reader finds in the places with what was written there.</summary>
    /// <param name="read">Reads the places again.</param>
    public async Task<IReadOnlyList<StoredCopy>> Check(Func<Task<IReadOnlyList<RunRecord>>> read)
    {
        _ = Record;
        var written = _versions.ToArray();
        var found = await read();
        return
        [
            .. found.Zip(written, (record, version) => DamageOf(record) is { } damage ? new StoredCopy(damage, null)
                : record.Version < version ? new StoredCopy($"it is version {record.Version:N0}, but the run has written version {version:N0}", null)
                : new StoredCopy(null, record.Signer, record.IsSignerRevoked)),
        ];
    }

    /// <summary>
    /// Writes the record to the next place; the first record, and the first one after a damage, to
    /// both places. If the store refuses the write, because it is full or cannot be reached, the
    /// write is repeated until it succeeds. A run without a durable record would report checkpoints
    /// that do not exist.
    /// </summary>
    /// <param name="patience">
    /// How long a write is repeated; null for no limit. Then the failure of the store is thrown.
    /// </param>
    /// <exception cref="InconsistentStateException">
    /// Another activation has written the record.
    /// </exception>
    public async Task Write(TimeSpan? patience = null)
    {
        var isAlone = places.Any(place => !place.RecordExists || DamageOf(place) is not null);
        await WriteNext(patience);
        if (isAlone)
        {
            await WriteNext(patience);
        }
    }

    /// <summary>
    /// Writes the record to both places. So the damage of one place does not undo what has changed.
    /// </summary>
    /// <inheritdoc cref="Write" path="/exception" />
    public async Task WriteToBoth()
    {
        await WriteNext();
        await WriteNext();
    }

    /// <summary>Replaces the record by one from elsewhere, in both places.</summary>
    /// <inheritdoc cref="Write" path="/exception" />
    public Task Replace(RunRecord record)
    {
        record.Version = Record.Version;
        _record = record;
        return WriteToBoth();
    }

    /// <summary>Deletes the record in both places.</summary>
    public Task Delete() => Task.WhenAll(places.Select(place => place.ClearStateAsync()));

    private async Task WriteNext(TimeSpan? patience = null)
    {
        var record = Record;
        record.Version++;
        record.Writer = Writer;
        record.RunId = runId;
        var next = (int)(record.Version % places.Count);
        var place = places[next];
        var start = time.GetTimestamp();
        for (var failures = 0; ; failures++)
        {
            try
            {
                place.State = record;
                await TryToWrite(place, record, mayBeDone: failures > 0);
                Written(next, record);
                return;
            }
            catch (Exception failure) when (failure is not InconsistentStateException && !(time.GetElapsedTime(start) >= patience))
            {
                failed(failure);
                await Task.Delay(retryPause, time);
            }
        }
    }

    private async Task TryToWrite(IPersistentState<RunRecord> place, RunRecord record, bool mayBeDone)
    {
        try
        {
            await place.WriteStateAsync();
        }
        catch (InconsistentStateException) when (mayBeDone)
        {
            // A write that has reported a failure may have succeeded.
            await place.ReadStateAsync();
            if (place.State.Version != record.Version || place.State.Writer != Writer)
            {
                throw;
            }
        }
    }

    private void Written(int place, RunRecord record) => (_checkpoints[place], _versions[place]) = (record.Checkpoint, record.Version);

    /// <summary>
    /// Why a record cannot be used. A record of another run is not damaged, and may be signed, but
    /// somebody has put it there.
    /// </summary>
    private string? DamageOf(RunRecord record) => record.Damage
        ?? (record.Version > 0 && record.RunId != runId ? $"it is the record of the run {Printable.Of(record.RunId)}" : null);

    private string? DamageOf(IPersistentState<RunRecord> place) => DamageOf(place.State);

    private RunRecord Newest()
    {
        var sound = places.Where(place => DamageOf(place) is null).ToArray();
        Damage = places.Select(DamageOf).FirstOrDefault(damage => damage is not null);
        foreach (var (index, place) in places.Index().Where(place => DamageOf(place.Item) is null))
        {
            Written(index, place.State);
        }

        var newest = sound.MaxBy(place => place.State.Version)!.State;
        if (Damage is not null)
        {
            newest.LostGeneration = Math.Max(newest.Generation, newest.LostGeneration) + 1;
        }

        return newest;
    }
}

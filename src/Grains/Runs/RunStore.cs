using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.State;
using Orleans.Storage;

namespace Mnist.Distributed.Grains.Runs;

/// <summary>
/// Keeps a run's record in two places that are written in turn. A write that is cut short, or a
/// place that is damaged later, leaves the version before it. Two activations that both believe to
/// own the run meet at the same place's etag, since both write the one that is next.
/// </summary>
/// <param name="places">The two places.</param>
/// <param name="retryPause">Time between two attempts to write.</param>
/// <param name="time">The clock.</param>
/// <param name="failed">Told of a write that is tried again, and why.</param>
public sealed class RunStore(IReadOnlyList<IPersistentState<RunRecord>> places, TimeSpan retryPause, TimeProvider time, Action<Exception> failed)
{
    private readonly TrainingState?[] _checkpoints = new TrainingState?[places.Count];
    private RunRecord? _record;

    /// <summary>
    /// The record as it is now; an empty one for a run that has never been started.
    /// </summary>
    /// <exception cref="InvalidInputException">Both places are damaged.</exception>
    public RunRecord Record => Ruin is { } ruin ? throw new InvalidInputException(ruin) : _record ??= Newest();

    /// <summary>
    /// The sentence about a run whose record cannot be read in either place; null as long as it
    /// can.
    /// </summary>
    public string? Ruin => places.All(place => place.State.Damage is not null)
        ? $"Both copies of the run's record are damaged ({places[0].State.Damage}): the run cannot go on."
        : null;

    /// <summary>Tells this activation from any other one of the run.</summary>
    public string Writer { get; } = Guid.NewGuid().ToString("n");

    /// <summary>What is wrong with one of the two places, or null.</summary>
    public string? Damage { get; private set; }

    /// <summary>The step from which a ledger must go on to fit either place.</summary>
    public long DurableStep => _checkpoints.Min(checkpoint => checkpoint?.Step ?? 0);

    /// <summary>The newest durable checkpoint that is not after a step, or null.</summary>
    /// <exception cref="InvalidInputException">Both places are damaged.</exception>
    public TrainingState? CheckpointBefore(long step) => Ruin is { } ruin
        ? throw new InvalidInputException(ruin)
        : _checkpoints.Where(checkpoint => checkpoint?.Step <= step).MaxBy(checkpoint => checkpoint!.Step);

    /// <summary>
    /// Makes the record durable, the first one in both places. A store that does not take it,
    /// because it is full or away, is asked until it does: a run that went on without would promise
    /// what it cannot keep.
    /// </summary>
    /// <exception cref="InconsistentStateException">Another activation has written the run's
    /// record.</exception>
    public async Task Write()
    {
        do
        {
            await WriteNext();
        }
        while (places.Any(place => !place.RecordExists));
    }

    private async Task WriteNext()
    {
        var record = Record;
        record.Version++;
        record.Writer = Writer;
        var next = (int)(record.Version % places.Count);
        var place = places[next];
        for (var failures = 0; ; failures++)
        {
            try
            {
                place.State = record;
                await place.WriteStateAsync();
                _checkpoints[next] = record.Checkpoint;
                return;
            }
            catch (InconsistentStateException) when (failures > 0)
            {
                // The write that seemed to fail may have been done.
                await place.ReadStateAsync();
                if (place.State.Version == record.Version && place.State.Writer == Writer)
                {
                    _checkpoints[next] = record.Checkpoint;
                    return;
                }

                throw;
            }
            catch (Exception failure) when (failure is not InconsistentStateException)
            {
                failed(failure);
                await Task.Delay(retryPause, time);
            }
        }
    }

    private RunRecord Newest()
    {
        var sound = places.Where(place => place.State.Damage is null).ToArray();
        Damage = places.FirstOrDefault(place => place.State.Damage is not null)?.State.Damage;
        foreach (var (index, place) in places.Index())
        {
            _checkpoints[index] = place.State.Checkpoint;
        }

        return sound.MaxBy(place => place.State.Version)!.State;
    }
}

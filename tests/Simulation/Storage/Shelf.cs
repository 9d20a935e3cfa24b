using Mnist.Distributed.Hosting.Stores;
using Mnist.Distributed.Tests.Contracts.Wire;
using Mnist.Distributed.Tests.Simulation.Clock;
using Mnist.Distributed.Tests.Simulation.Network;
using Orleans.Storage;

namespace Mnist.Distributed.Tests.Simulation.Storage;

/// <summary>
/// The store of the simulation, which survives all silos. It keeps bytes under a name, with a
/// version that a writer must know. Writes may fail, before or after they were done, and stored
/// bytes may be damaged.
/// </summary>
/// <param name="timeline">Runs the events.</param>
/// <param name="conditions">Gives the probability that a write fails.</param>
/// <param name="written">Receives every state that was written.</param>
internal sealed class Shelf(Timeline timeline, Conditions conditions, Action<object> written)
{
    private static readonly SealedStorageSerializer Serializer = new(WireFormat.Serializer, identity: null);

    private readonly Dictionary<string, (byte[] Bytes, int Version)> _kept = [];
    private string? _damaged;

    /// <summary>A grain's line to one of the states.</summary>
    public IPersistentState<T> Open<T>(string name, Node from)
        where T : class, new() => new StoredState<T>(this, name, from);

    /// <summary>
    /// Damages one of the two copies of a record, unless it is the only sound one.
    /// </summary>
    /// <returns>Whether a copy was damaged.</returns>
    public bool Damage(string name)
    {
        if (!_kept.TryGetValue(name, out var kept) || _damaged is not null || _kept.Keys.Count(key => key != "run-initial") < 2)
        {
            return false;
        }

        _damaged = name;

        var damaged = kept.Bytes.ToArray();
        damaged[timeline.Random.Next(damaged.Length)] ^= (byte)(1 << timeline.Random.Next(8));
        _kept[name] = kept with { Bytes = damaged };
        return true;
    }

    /// <summary>Reads.</summary>
    public Task<(T? State, int? Version)> Read<T>(string name, Node from)
        where T : class
    {
        var read = new TaskCompletionSource<(T?, int?)>();
        timeline.After(conditions.Delay(timeline), null, () =>
        {
            (T?, int?) found = _kept.TryGetValue(name, out var kept) ? (Serializer.Deserialize<T>(new BinaryData(kept.Bytes)), kept.Version) : (null, null);
            timeline.After(conditions.Delay(timeline), from.Process, () => read.SetResult(found));
        });
        return read.Task;
    }

    /// <summary>
    /// Writes a state. The writer must give the version that it has read or written last.
    /// </summary>
    /// <returns>The new version.</returns>
    /// <exception cref="InconsistentStateException">The store has another version.</exception>
    public Task<int> Write<T>(string name, T state, int? version, Node from)
        where T : class
    {
        var write = new TaskCompletionSource<int>();
        var bytes = Serializer.Serialize(state).ToArray();
        timeline.After(conditions.Delay(timeline), null, () =>
        {
            var fails = timeline.Draws(conditions.WriteFails);
            int? present = _kept.TryGetValue(name, out var kept) ? kept.Version : null;
            if (fails && timeline.Draws(0.5))
            {
                Answer(() => write.SetException(new IOException("the store is away")));
            }
            else if (present != version)
            {
                Answer(() => write.SetException(new InconsistentStateException("another version", $"{present}", $"{version}")));
            }
            else
            {
                var next = (version ?? 0) + 1;
                _kept[name] = (bytes, next);
                _damaged = _damaged == name ? null : _damaged;
                timeline.Tell("store", $"{name} version {next}");
                written(Serializer.Deserialize<T>(new BinaryData(bytes))!);
                Answer(() =>
                {
                    if (fails)
                    {
                        write.SetException(new IOException("the store has not said whether it has written"));
                    }
                    else
                    {
                        write.SetResult(next);
                    }
                });
            }
        });
        return write.Task;

        void Answer(Action answer) => timeline.After(conditions.Delay(timeline), from.Process, answer);
    }
}

using Orleans.Storage;

namespace Mnist.Distributed.Tests.Grains.Runs;

/// <summary>
/// One place of a store with versions. Each activation has a connection of its own to the place.
/// </summary>
internal sealed class FakePlace<T>
    where T : new()
{
    private int _version;

    /// <summary>The stored value; made anew for every reader.</summary>
    public Func<T> Kept { get; set; } = () => new T();

    /// <summary>The fates of the next writes. When the queue is empty, writes succeed.</summary>
    public Queue<WriteFate> Fates { get; } = [];

    /// <summary>How many of the next reads fail.</summary>
    public int FailingReads { get; set; }

    /// <summary>Number of writes so far.</summary>
    public int Writes { get; private set; }

    /// <summary>Makes a connection to the place that has read it.</summary>
    /// <param name="copy">Makes the function that gives readers their copy of a state.</param>
    public IPersistentState<T> Open(Func<T, Func<T>> copy) => new Line(this, copy);

    private sealed class Line : IPersistentState<T>
    {
        private readonly FakePlace<T> _place;
        private readonly Func<T, Func<T>> _copy;
        private int _version;

        public Line(FakePlace<T> place, Func<T, Func<T>> copy)
        {
            (_place, _copy) = (place, copy);
            State = place.Kept();
            _version = place._version;
        }

        public T State { get; set; }

        public string Etag => $"{_version}";

        public bool RecordExists => _version > 0;

        public Task ClearStateAsync() => throw new NotSupportedException();

        public Task ReadStateAsync()
        {
            if (_place.FailingReads > 0)
            {
                _place.FailingReads--;
                throw new IOException("the store is away");
            }

            (State, _version) = (_place.Kept(), _place._version);
            return Task.CompletedTask;
        }

        public Task WriteStateAsync()
        {
            var fate = _place.Fates.TryDequeue(out var next) ? next : WriteFate.Done;
            if (fate == WriteFate.NotDone)
            {
                throw new IOException("the store is away");
            }

            if (_version != _place._version)
            {
                throw new InconsistentStateException("another version");
            }

            _place.Kept = _copy(State);
            _place._version++;
            _place.Writes++;
            if (fate == WriteFate.DoneButUnknown)
            {
                throw new IOException("the store has not answered");
            }

            _version = _place._version;
            return Task.CompletedTask;
        }
    }
}

/// <summary>The fate of a write.</summary>
internal enum WriteFate
{
    /// <summary>The write is done.</summary>
    Done,

    /// <summary>The write fails and is not done.</summary>
    NotDone,

    /// <summary>The write is done, but the writer is told that it failed.</summary>
    DoneButUnknown,
}

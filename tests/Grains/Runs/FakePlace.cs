using Orleans.Storage;

namespace Mnist.Distributed.Tests.Grains.Runs;

/// <summary>One place of a store and what is written there, by version; every line to it is an activation's own.</summary>
internal sealed class FakePlace<T>
    where T : new()
{
    private int _version;

    /// <summary>What is kept; made anew for every reader.</summary>
    public Func<T> Kept { get; set; } = () => new T();

    /// <summary>What happens to the next writes; without an entry they succeed.</summary>
    public Queue<WriteFate> Fates { get; } = [];

    /// <summary>How often it was written.</summary>
    public int Writes { get; private set; }

    /// <summary>A line to it that has been read.</summary>
    /// <param name="copy">Makes what a reader will be given of a state.</param>
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

/// <summary>What becomes of a write.</summary>
internal enum WriteFate
{
    /// <summary>It is done.</summary>
    Done,

    /// <summary>It fails and is not done.</summary>
    NotDone,

    /// <summary>It is done, but the writer is told that it failed.</summary>
    DoneButUnknown,
}

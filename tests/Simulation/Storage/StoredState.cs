using Mnist.Distributed.Tests.Simulation.Network;

namespace Mnist.Distributed.Tests.Simulation.Storage;

/// <summary>One state of a grain, as Orleans gives it to the grain.</summary>
internal sealed class StoredState<T>(Shelf shelf, string name, Node from) : IPersistentState<T>
    where T : class, new()
{
    private int? _version;

    /// <inheritdoc />
    public T State { get; set; } = new();

    /// <inheritdoc />
    public string Etag => $"{_version}";

    /// <inheritdoc />
    public bool RecordExists => _version is not null;

    /// <inheritdoc />
    public Task ClearStateAsync() => throw new NotSupportedException();

    /// <inheritdoc />
    public async Task WriteStateAsync() => _version = await shelf.Write(name, State, _version, from);

    /// <inheritdoc />
    public async Task ReadStateAsync()
    {
        var (state, version) = await shelf.Read<T>(name, from);
        (State, _version) = (state ?? new T(), version);
    }
}

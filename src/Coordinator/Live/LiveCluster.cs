using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Dashboard.Clusters;

namespace Mnist.Distributed.Coordinator.Live;

/// <summary>
/// A cluster of silo processes, for a page. It is connected to when one of its silos answers, so it
/// may be started after the page.
/// </summary>
/// <param name="name">Name of the cluster.</param>
internal abstract class LiveCluster(string name) : IShownCluster, IAsyncDisposable
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private TrainingCluster? _connection;
    private long? _failed;

    /// <inheritdoc />
    public string Name { get; } = name;

    /// <inheritdoc />
    public abstract bool CanChange { get; }

    /// <summary>The grains of the cluster; null while none of its silos answers.</summary>
    public async Task<IGrainFactory?> Grains()
    {
        await _turn.WaitAsync();
        try
        {
            if (_connection is null && (_failed is not { } failed || TimeProvider.System.GetElapsedTime(failed) > RetryPause))
            {
                _failed = TimeProvider.System.GetTimestamp();
                _connection = await Connect();
            }

            return _connection?.Grains;
        }
        catch (InvalidInputException)
        {
            // No silo answers. The page shows that there is none.
            return null;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    public abstract Task<IReadOnlyList<ShownSilo>> Silos();

    /// <inheritdoc />
    public abstract Task Kill(string silo);

    /// <inheritdoc />
    public abstract Task Leave(string silo);

    /// <inheritdoc />
    public abstract Task Add();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }

        _turn.Dispose();
    }

    /// <summary>Connects to the cluster; null while it has no silo.</summary>
    /// <exception cref="InvalidInputException">None of its silos answers.</exception>
    protected abstract Task<TrainingCluster?> Connect();

    /// <summary>A silo, for the page.</summary>
    protected static ShownSilo Shown(SiloState silo) => new(silo.Silo, silo.State, silo.Address, silo.Pid);
}

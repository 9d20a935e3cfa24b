using Mnist.Distributed.Coordinator.Clusters;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary>The connections of a command that works on runs of several clusters.</summary>
internal sealed class OpenClusters : IAsyncDisposable
{
    private readonly Dictionary<RunCluster, TrainingCluster> _open = [];

    /// <summary>The grains of a cluster. The first call connects to it.</summary>
    /// <exception cref="Contracts.InvalidInputException">It cannot be reached.</exception>
    public async Task<IGrainFactory> Grains(RunCluster cluster)
    {
        if (!_open.TryGetValue(cluster, out var connection))
        {
            _open[cluster] = connection = await cluster.Connect();
        }

        return connection.Grains;
    }

    /// <summary>
    /// Lets the stores of local clusters give back the space of what was deleted. If a store cannot
    /// do it now, its silos do it with one of their next writes.
    /// </summary>
    public void GiveBackSpace()
    {
        foreach (var cluster in _open.Keys)
        {
            try
            {
                cluster.Measured?.GiveBackSpace();
            }
            catch (Contracts.InvalidInputException)
            {
                // The silos use the file at this moment.
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _open.Values)
        {
            await connection.DisposeAsync();
        }
    }
}
